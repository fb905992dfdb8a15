"""The id of an order, computed from buyer and key: to ask for the order, or to know it in an event."""
import hashlib, uuid


def order_id(buyer, key):
    content = b"K" + buyer.to_bytes(8, "big") + key.encode("utf-16-be")
    id = bytearray(hashlib.sha256(content).digest()[:16])
    id[6] = id[6] & 0x0F | 0x80  # version 8
    id[8] = id[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(id))

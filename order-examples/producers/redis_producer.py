"""Puts orders where Orderflow's workers take them: a stream of Redis. Needs redis-py (Debian: python3-redis)."""
import hashlib, hmac, json, os, sys, time
import redis

server = redis.Redis.from_url(os.environ["ORDER_QUEUE"], socket_timeout=5)  # redis://HOST:6379
stream = os.environ.get("ORDER_QUEUE_NAME", "orderflow")
frame_key = os.environ.get("ORDER_FRAME_KEY", "").encode()  # that of the workers, if they have one


def place(key, buyer, lines, **more):
    """Returns when Redis has stored the order. The same key again is the same order, so it may be repeated."""
    order = {"orderflow": 1, "idempotencyKey": key, "buyer": buyer, "lines": lines, **more}
    put(tagged(json.dumps(order).encode()))


def tagged(body):
    head = b"OH\x01\x00"
    return head + hmac.new(frame_key, head + body, hashlib.sha256).digest() + body if frame_key else body


def put(message):
    for attempt in range(10):
        try:
            return server.xadd(stream, {"message": message})
        except (redis.ConnectionError, redis.TimeoutError):
            if attempt == 9:
                raise  # stored or not: the caller keeps the order and places it again later
            time.sleep(1)


if __name__ == "__main__":
    place(sys.argv[1], int(sys.argv[2]), [{"product": int(sys.argv[3]), "quantity": int(sys.argv[4])}])

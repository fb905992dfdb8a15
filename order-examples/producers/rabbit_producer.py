"""Puts orders where Orderflow's workers take them: a queue of RabbitMQ. Needs pika (Debian: python3-pika)."""
import hashlib, hmac, json, os, sys, time
import pika

address = pika.URLParameters(os.environ["ORDER_QUEUE"])  # amqp://USER:PASSWORD@HOST:5672/%2f
queue = os.environ.get("ORDER_QUEUE_NAME", "orderflow")
frame_key = os.environ.get("ORDER_FRAME_KEY", "").encode()  # that of the workers, if they have one
channel = None


def place(key, buyer, lines, **more):
    """Returns when RabbitMQ has stored the order. The same key again is the same order, so it may be repeated."""
    order = {"orderflow": 1, "idempotencyKey": key, "buyer": buyer, "lines": lines, **more}
    put(tagged(json.dumps(order).encode()))


def tagged(body):
    head = b"OH\x01\x00"
    return head + hmac.new(frame_key, head + body, hashlib.sha256).digest() + body if frame_key else body


def put(message):
    global channel
    for attempt in range(10):
        try:
            if channel is None or not channel.is_open:
                channel = pika.BlockingConnection(address).channel()
                channel.confirm_delivery()  # from here on basic_publish waits for the confirm, and raises without one
            return channel.basic_publish("", queue, message, mandatory=True)  # a queue that is missing raises, too
        except (pika.exceptions.AMQPConnectionError, pika.exceptions.AMQPChannelError):
            if attempt == 9:
                raise  # stored or not: the caller keeps the order and places it again later
            time.sleep(1)


if __name__ == "__main__":
    place(sys.argv[1], int(sys.argv[2]), [{"product": int(sys.argv[3]), "quantity": int(sys.argv[4])}])

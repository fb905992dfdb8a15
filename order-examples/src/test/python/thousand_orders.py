"""Places orders 0 to 999 by one of the producers; every tenth is broken, in ten ways. Some of the others come twice."""
import importlib, json, subprocess, sys
from order_id import order_id

producer = importlib.import_module(sys.argv[1])


def body(number, **changes):
    order = {"orderflow": 1, "idempotencyKey": f"cart-{number}", "buyer": number % 50 + 1, "lines": lines(number)}
    return json.dumps({**order, **changes}).encode()


def lines(number, **changes):
    return [{"product": number % 10 + 1, "quantity": 1, **changes}]


def tagged(broken):
    return producer.tagged(broken)


BROKEN = [
    lambda n: tagged(body(n, lines=lines(n, quantity=0))),
    lambda n: tagged(body(n, lines=lines(n, pieces=1))),
    lambda n: tagged(body(n, idempotencyKey=n)),
    lambda n: tagged(body(n, lines=lines(n, unitPrice=9.99))),
    lambda n: tagged(body(n).replace(b'"buyer"', b'"buyer": 1, "buyer"')),
    lambda n: tagged(body(n)[:-1]),
    lambda n: tagged(body(n).replace(b"cart", b"\xff")),
    lambda n: tagged(body(n, orderflow=2)),
    lambda n: body(n),
    lambda n: tagged(body(n)).replace(b"cart", b"Cart"),
]

for number in range(1000):
    if number % 10 == 3:
        producer.put(BROKEN[number // 10 % 10](number))
    else:
        producer.place(f"cart-{number}", number % 50 + 1, lines(number))
        if number % 7 == 0:
            producer.place(f"cart-{number}", number % 50 + 1, lines(number))
    if number == 500:
        # another content under a known key
        producer.place(f"cart-{number}", number % 50 + 1, lines(number, unitPrice=100))
# as a program: an order that is there already
subprocess.run([sys.executable, producer.__file__, "cart-0", "1", "1", "1"], check=True)
print("placed", order_id(1, "cart-0"))

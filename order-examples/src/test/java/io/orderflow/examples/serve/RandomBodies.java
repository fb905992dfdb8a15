package io.orderflow.examples.serve;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Bodies that nobody should send: random bytes, random JSON, and good bodies with a few bytes changed, lost or
 * repeated. And orders whose values are good, or close to it.
 */
final class RandomBodies {
    private static final String[] VALUES = {
        "0",
        "-1",
        "1",
        "1.5",
        "1e9",
        "9223372036854775808",
        "null",
        "true",
        "\"\"",
        "\"EXTERNAL\"",
        "\"1\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[]]",
        ""
    };
    private static final String[] NAMES = {
        "buyer", "lines", "product", "quantity", "unitPrice", "payment", "hostData", "", "x", "\\ud800"
    };

    /** Values of each field: most are good, so that some orders are. */
    private static final String[] BUYERS = {"1", "2", "3", "0", "9223372036854775807", "9223372036854775808", "-1"};

    private static final String[] QUANTITIES = {"1", "2", "3", "10", "100", "1000000", "1000001", "0"};
    private static final String[] MORE = {
        ",\"unitPrice\":100",
        ",\"unitPrice\":0",
        ",\"unitPrice\":9223372036854775807",
        ",\"unitPrice\":-1",
        "",
        "",
        "",
        "",
        ",\"x\":1"
    };
    private static final String[] ORDER_FIELDS = {
        ",\"payment\":\"EXTERNAL\"",
        ",\"payment\":\"wallet\"",
        ",\"holdFor\":\"PT15M\"",
        ",\"holdFor\":\"pt1.5s\"",
        ",\"holdFor\":\"P1Y\"",
        ",\"holdFor\":\"PT0S\"",
        ",\"urgent\":true",
        ",\"urgent\":1",
        ",\"hostData\":\"\"",
        ",\"hostData\":\"" + "AAAA".repeat(341) + "AA==\"",
        ",\"hostData\":\"" + "AAAA".repeat(342) + "\"",
        ",\"hostData\":\"AA\"",
        ",\"idempotencyKey\":\"k\""
    };

    private final Random random;
    private final byte[] good;

    RandomBodies(Random random, String good) {
        this.random = random;
        this.good = good.getBytes(StandardCharsets.UTF_8);
    }

    byte[] next() {
        return switch (random.nextInt(3)) {
            case 0 -> bytes();
            case 1 -> value(4).getBytes(StandardCharsets.UTF_8);
            default -> mutated();
        };
    }

    /** An order of JSON; about one in ten is taken. */
    byte[] order() {
        StringBuilder json =
                new StringBuilder("{\"buyer\":").append(one(BUYERS)).append(",\"lines\":[");
        for (int i = random.nextInt(4); i > 0; i--) {
            json.append("{\"product\":").append(1 + random.nextInt(9));
            json.append(",\"quantity\":").append(one(QUANTITIES)).append(one(MORE));
            json.append(i > 1 ? "}," : "}");
        }
        json.append(']');
        for (int i = random.nextInt(3); i > 0; i--) {
            json.append(one(ORDER_FIELDS));
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private String one(String[] values) {
        return values[random.nextInt(values.length)];
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 20_000 : 40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] mutated() {
        byte[] body = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(3)) {
                case 0 -> body[at] = (byte) random.nextInt(256);
                case 1 -> body[at] = good[random.nextInt(good.length)];
                default -> System.arraycopy(good, 0, body, at, Math.min(random.nextInt(20), body.length - at));
            }
        }
        return body;
    }

    private String value(int depth) {
        int kind = random.nextInt(depth > 0 ? 4 : 2);
        return kind < 2 ? one(VALUES) : kind == 2 ? object(depth) : array(depth);
    }

    private String object(int depth) {
        StringBuilder json = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
            json.append('"').append(one(NAMES)).append("\":").append(value(depth - 1));
            json.append(i > 1 ? "," : "");
        }
        return json.append('}').toString();
    }

    private String array(int depth) {
        StringBuilder json = new StringBuilder("[");
        for (int i = random.nextInt(4); i > 0; i--) {
            json.append(value(depth - 1)).append(i > 1 ? "," : "");
        }
        return json.append(']').toString();
    }
}

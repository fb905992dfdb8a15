package io.orderflow.examples.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterTally;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Dead letters as JSON, over HTTP and from the program {@code deadletters}. What is not known is left out, never null.
 */
public final class LetterJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private LetterJson() {}

    /** A page of them. */
    public static ObjectNode page(Page<DeadLetter> page, Instant now) {
        ObjectNode json = NODES.objectNode();
        ArrayNode letters = json.putArray("deadLetters");
        page.entries().forEach(letter -> letters.add(letter(letter, now)));
        page.next().ifPresent(next -> json.put("next", next));
        return json;
    }

    /** One of them, without its bytes. */
    static ObjectNode letter(DeadLetter letter, Instant now) {
        ObjectNode json = NODES.objectNode();
        json.put("id", letter.id());
        json.put("reason", letter.reason().name());
        json.put("detail", letter.detail());
        letter.orderId().ifPresent(order -> json.put("orderId", order.toString()));
        letter.orderStatus().ifPresent(status -> json.put("orderStatus", status.name()));
        letter.attempts().ifPresent(attempts -> json.put("attempts", attempts));
        json.put("createdAt", letter.createdAt().toString());
        json.put("ageSeconds", age(letter, now).toSeconds());
        json.put("length", letter.length());
        json.put("kept", letter.kept());
        return json;
    }

    /** How old it is; none if this machine's clock is behind the database's. */
    public static Duration age(DeadLetter letter, Instant now) {
        Duration age = Duration.between(letter.createdAt(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** One with its bytes, what they say, and the order that it is about. */
    public static ObjectNode opened(OpenedDeadLetter opened, Instant now) {
        ObjectNode json = letter(opened.letter(), now);
        json.put("bytes", HexFormat.of().formatHex(opened.bytes()));
        opened.unreadable().ifPresent(why -> json.put("unreadable", why));
        ArrayNode contents = json.putArray("contents");
        opened.contents().forEach(content -> contents.add(content(content)));
        opened.order().ifPresent(order -> json.set("order", OrderJson.order(order)));
        return json;
    }

    private static ObjectNode content(OpenedDeadLetter.Content content) {
        ObjectNode json = NODES.objectNode();
        json.put("orderId", content.orderId().toString());
        json.put("buyer", content.buyer());
        OrderJson.putLines(json, content.lines());
        json.put("payment", content.payment().name());
        if (content.hostData().length > 0) {
            json.put("hostData", content.hostData());
        }
        return json;
    }

    /** What became of some that were named. */
    public static ObjectNode results(List<DeadLetterResult> results) {
        ObjectNode json = NODES.objectNode();
        ArrayNode array = json.putArray("results");
        results.forEach(result -> array.add(result(result)));
        return json;
    }

    /** What became of one. */
    public static ObjectNode result(DeadLetterResult result) {
        ObjectNode json = NODES.objectNode().put("id", result.id());
        if (result instanceof DeadLetterResult.Done done) {
            json.put("result", "DONE");
            done.orderId().ifPresent(order -> json.put("orderId", order.toString()));
        } else if (result instanceof DeadLetterResult.Refused refused) {
            json.put("result", "REFUSED");
            json.put("refusal", refused.refusal().name()).put("detail", refused.detail());
        } else {
            json.put("result", "GONE");
        }
        return json;
    }

    /** What became of all that a filter means. */
    public static ObjectNode tally(DeadLetterTally tally) {
        ObjectNode json = NODES.objectNode().put("done", tally.done()).put("gone", tally.gone());
        ObjectNode refused = json.putObject("refused");
        tally.refused().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> refused.put(entry.getKey().name(), entry.getValue()));
        return json;
    }
}

package io.orderflow.internal.page;

import io.orderflow.page.PageReply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Flow;

/** PageReplies with the headers that none goes without. */
final class PageReplies {
    private static final String JSON = "application/json";
    private static final byte[] NOTHING = {};

    private PageReplies() {}

    static PageReply json(int status, PageFields json) {
        return reply(status, JSON, json.json().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** What went wrong, for a person. */
    static PageReply problem(int status, String words) {
        return problem(status, words, Map.of());
    }

    static PageReply problem(int status, String words, Map<String, String> more) {
        return reply(
                status, JSON, new PageFields().put("problem", words).json().getBytes(StandardCharsets.UTF_8), more);
    }

    static PageReply page(byte[] html, Map<String, String> more) {
        return reply(200, "text/html; charset=utf-8", html, more);
    }

    static PageReply stream(Flow.Publisher<String> events) {
        // a front end that collects what it passes on would show it late
        PageReply reply = reply(200, "text/event-stream", NOTHING, Map.of("X-Accel-Buffering", "no"));
        return new PageReply(reply.status(), reply.headers(), NOTHING, Optional.of(events));
    }

    private static PageReply reply(int status, String type, byte[] body, Map<String, String> more) {
        Map<String, String> headers = new TreeMap<>(more);
        headers.put("Content-Type", type);
        headers.put("Cache-Control", "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        return new PageReply(status, headers, body, Optional.empty());
    }
}

package io.orderflow.internal.page;

import io.orderflow.internal.codec.Sha256;
import io.orderflow.page.PageReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * The page itself. Its one style and its one script are allowed by their hashes, and nothing else is: no other script,
 * no request to others, no frame around it. Immutable.
 */
final class PageFile {
    private static final String NAME = "page.html";

    private final byte[] html;
    private final Map<String, String> headers;

    /** Reads it from the library's own jar. */
    PageFile() {
        String text;
        try (InputStream in = PageFile.class.getResourceAsStream(NAME)) {
            if (in == null) {
                throw new IllegalStateException(NAME + " is missing in the jar of the library");
            }
            html = in.readAllBytes();
            text = new String(html, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(NAME + " cannot be read", e);
        }
        headers = Map.of(
                "Content-Security-Policy",
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self';"
                        + " img-src data:; style-src '" + hash(between(text, "<style>", "</style>")) + "'; script-src '"
                        + hash(between(text, "<script>", "</script>")) + "'",
                "Cross-Origin-Opener-Policy",
                "same-origin",
                "X-Frame-Options",
                "DENY");
    }

    PageReply reply() {
        return PageReplies.page(html, headers);
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String hash(String text) {
        byte[] digest = Sha256.hash(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}

package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.InvalidOrderException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bodies that are one JSON value in UTF-8, read token by token: there is no tree of what was sent. What is not JSON is
 * refused as a whole, as an {@link InvalidOrderException}.
 */
final class JsonBody {
    /** The field that a refusal of the whole body names. */
    static final String WHOLE = "body";

    private static final char UNREADABLE = '\uFFFD';

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNumberLength(40)
                    .maxNameLength(1_000)
                    .build())
            .build();

    private static final JsonMapper TREES = new JsonMapper(FACTORY);

    private JsonBody() {}

    /** Reads the value of a body; the parser stands on its first token, and on its last one afterwards. */
    interface Reader<T> {
        T read(JsonParser json) throws IOException;
    }

    /**
     * Reads a whole body.
     *
     * @throws InvalidOrderException if it is not one JSON value, or the reader refuses it
     */
    static <T> T read(byte[] body, Reader<T> reader) {
        String text = utf8(body);
        try (JsonParser json = FACTORY.createParser(text)) {
            if (json.nextToken() == null) {
                throw new InvalidOrderException(WHOLE, "nothing", "must be a JSON object");
            }
            T value = reader.read(json);
            if (json.nextToken() != null) {
                throw bad(text, "something stands behind it", json.currentTokenLocation());
            }
            return value;
        } catch (JsonProcessingException e) {
            throw bad(text, what(e), e.getLocation());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from a text", e);
        }
    }

    /**
     * Refuses a body where none is taken.
     *
     * @throws InvalidOrderException if the request's headers announce one
     */
    static void requireNone(HttpServerRequest request) {
        if (isAnnounced(request)) {
            throw new InvalidOrderException(WHOLE, "something", "must be absent");
        }
    }

    /** Whether a request's headers announce a body. */
    static boolean isAnnounced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && !length.equals("0") || request.headers().contains("Transfer-Encoding");
    }

    private static String utf8(byte[] body) {
        // decoded here, since a JSON parser would take bytes for UTF-16 or UTF-32 where they look so
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.indexOf(UNREADABLE) >= 0) {
            requireUtf8(body);
        }
        return text;
    }

    /** Bytes that are no UTF-8 became the same character that a caller may have sent as such. */
    private static void requireUtf8(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new InvalidOrderException(WHOLE, body.length + " bytes", "must be UTF-8");
        }
    }

    private static InvalidOrderException bad(String text, String what, JsonLocation at) {
        String where = at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new InvalidOrderException(WHOLE, Shortened.of(text), "must be one JSON object: " + what + where);
    }

    /** What is wrong; the parser's own words are for the programmer who configured it. */
    private static String what(JsonProcessingException e) {
        if (e instanceof JsonEOFException) {
            return "it ends too early";
        } else if (e instanceof StreamConstraintsException) {
            return "it is nested too deeply, or a name or number in it is too long";
        }
        return "it is not JSON, or names a field twice";
    }

    /** A field that is there twice: which of the two holds is for nobody to guess. */
    static JsonParseException twice(JsonParser json) {
        return new JsonParseException(json, "a field twice");
    }

    /** The refusal of the value that the parser stands on, which is read to its end. */
    static InvalidOrderException refused(String field, JsonParser json, String rule) throws IOException {
        JsonNode value = TREES.readTree(json);
        return new InvalidOrderException(field, Shortened.of(value.toString()), rule);
    }
}

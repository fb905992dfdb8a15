package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.orderflow.InvalidOrderException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The body of {@code POST /deciding/pause}. Strict: a field that is unknown, there twice or of another type is refused
 * by its name. Immutable.
 *
 * @param by who asks for it
 * @param reason why
 */
record PauseBody(String by, String reason) {
    private static final String BY = "by";
    private static final String REASON = "reason";

    /**
     * Reads it.
     *
     * @param otherwise who asks for it if the body does not say that
     * @throws InvalidOrderException with field, value and rule, whatever is wrong
     */
    static PauseBody read(byte[] body, String otherwise) {
        Map<String, String> texts = JsonBody.read(body, PauseBody::texts);
        if (!texts.containsKey(REASON)) {
            throw new InvalidOrderException(REASON, "nothing", "must be there");
        }
        return new PauseBody(texts.getOrDefault(BY, otherwise), texts.get(REASON));
    }

    private static Map<String, String> texts(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(JsonBody.WHOLE, json, "must be an object");
        }
        Map<String, String> texts = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (!field.equals(BY) && !field.equals(REASON)) {
                throw new InvalidOrderException(Shortened.of(field), "a field", "must be by or reason");
            }
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw JsonBody.refused(field, json, "must be a text");
            }
            if (texts.put(field, json.getText()) != null) {
                throw JsonBody.twice(json);
            }
        }
        return texts;
    }
}

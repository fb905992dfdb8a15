package io.orderflow.examples.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** A program's result as one JSON object, from a record whose components are the fields. */
public final class JsonOutput {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonOutput() {}

    /**
     * Writes a record, map or list as indented JSON.
     *
     * @throws IllegalStateException if a component has a type that JSON cannot show
     */
    public static String of(Object result) {
        try {
            return MAPPER.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(result.getClass().getSimpleName() + " has no JSON form", e);
        }
    }
}

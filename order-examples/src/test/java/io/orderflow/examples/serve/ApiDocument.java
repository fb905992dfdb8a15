package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The document that {@code GET /openapi.json} serves, and answers held against it. Stricter than the document: what an
 * answer has must be named there. Thread-safe.
 */
final class ApiDocument {
    private static final String IRI = "https://orderflow.test/openapi.json";
    private static final String NAMED_HEADERS = "ETag, Location, Retry-After, Idempotent-Replayed, WWW-Authenticate";
    private static final List<Integer> OF_NO_OPERATION = List.of(400, 403, 404, 405, 408, 414, 429, 431, 501, 503);

    static final ApiDocument SERVED = new ApiDocument();

    private final JsonNode document = read();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            Dialects.getDraft202012(),
            builder -> builder.schemas(Map.of(IRI, strict(document.deepCopy()).toString())));
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private static JsonNode read() {
        try (InputStream resource = ApiDocument.class.getResourceAsStream("openapi.json")) {
            return new JsonMapper().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has every object that names its fields take no other. */
    private static JsonNode strict(JsonNode node) {
        node.forEach(ApiDocument::strict);
        if (node instanceof ObjectNode schema
                && schema.path("type").asText().equals("object")
                && schema.path("properties").isObject()
                && !schema.path("unevaluatedProperties").asBoolean()) {
            schema.put("additionalProperties", false);
        }
        return node;
    }

    /** The whole document. */
    JsonNode json() {
        return document;
    }

    /** What a reference of the document leads to; anything else as it is. */
    JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : document.at(reference.substring(1));
    }

    /** What breaks the schema that is at a place of the document. */
    List<String> faults(String pointer, JsonNode value) {
        Schema schema =
                schemas.computeIfAbsent(pointer, place -> registry.getSchema(SchemaLocation.of(IRI + "#" + place)));
        return schema.validate(value).stream().map(Error::toString).toList();
    }

    /** An answer as it came. */
    record Seen(String method, String path, int status, Map<String, List<String>> headers, String body) {
        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }
    }

    /** Fails when the document does not say that such an answer may come. */
    void check(Seen seen) {
        List<String> faults = new ArrayList<>();
        String operation = operation(seen.method().equals("HEAD") ? "GET" : seen.method(), seen.path());
        String response = operation.isEmpty() ? other(seen, faults) : declared(operation, seen, faults);
        if (faults.isEmpty()) {
            headers(response, seen, faults);
            content(response, seen, faults);
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("openapi.json does not have this answer: " + faults + "\n" + seen);
        }
    }

    private static String other(Seen seen, List<String> faults) {
        if (!OF_NO_OPERATION.contains(seen.status())) {
            faults.add("no such operation");
        }
        return "/components/responses/Other";
    }

    private String declared(String operation, Seen seen, List<String> faults) {
        String responses = operation + "/responses/";
        if (document.at(responses + seen.status()).isMissingNode()) {
            if (!List.of(405, 414, 431).contains(seen.status())) {
                faults.add("status " + seen.status() + " is not among those of " + operation);
            }
            return place(responses + "default");
        }
        return place(responses + seen.status());
    }

    /** Where a place is, past a reference that stands there. */
    private String place(String pointer) {
        String reference = document.at(pointer).path("$ref").asText();
        return reference.isEmpty() ? pointer : reference.substring(1);
    }

    private void headers(String response, Seen seen, List<String> faults) {
        JsonNode named = document.at(response).path("headers");
        if (seen.header(RequestIds.HEADER).isEmpty()) {
            faults.add("no " + RequestIds.HEADER);
        }
        for (String name : NAMED_HEADERS.split(", ")) {
            if (seen.header(name).isPresent() && !named.has(name)) {
                faults.add("the header " + name + " is not among those of " + response);
            }
        }
        named.fieldNames()
                .forEachRemaining(name -> seen.header(name).ifPresent(value -> {
                    String schema = place(response + "/headers/" + name) + "/schema";
                    boolean number = document.at(schema).path("type").asText().equals("integer");
                    JsonMapper mapper = new JsonMapper();
                    JsonNode json = number ? mapper.valueToTree(Long.valueOf(value)) : mapper.valueToTree(value);
                    faults(schema, json).forEach(fault -> faults.add(name + ": " + fault));
                }));
    }

    private void content(String response, Seen seen, List<String> faults) {
        JsonNode content = document.at(response).path("content");
        if (seen.method().equals("HEAD") || content.isMissingNode()) {
            if (!seen.body().isEmpty()) {
                faults.add("a body where there is none");
            }
            return;
        }
        String type = seen.header("Content-Type").orElse("none").split(";")[0];
        if (!content.has(type)) {
            faults.add("Content-Type " + type + " is not among those of " + response);
        } else if (type.endsWith("json")) {
            String place = response + "/content/" + type.replace("/", "~1") + "/schema";
            try {
                faults.addAll(faults(place, new JsonMapper().readTree(seen.body())));
            } catch (IOException e) {
                faults.add(e.getMessage());
            }
        }
    }

    /** The place of the operation that a request is for; empty when there is none. */
    private String operation(String method, String path) {
        List<String> found = new ArrayList<>();
        document.path("paths").fieldNames().forEachRemaining(template -> {
            if (matches(template, path) && document.path("paths").path(template).has(method.toLowerCase())) {
                found.add(template);
            }
        });
        return found.stream()
                // what is there as such goes before what a parameter stands for
                .min((one, other) -> Boolean.compare(one.contains("{"), other.contains("{")))
                .map(template -> "/paths/" + template.replace("/", "~1") + "/" + method.toLowerCase())
                .orElse("");
    }

    private static boolean matches(String template, String path) {
        return path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+").replace(".", "\\."));
    }
}

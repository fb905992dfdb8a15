package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.samples.Documents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers are held against the document by {@link ShopClient}, whatever test they are for. */
@DisplayName("GET /openapi.json")
class OpenApiTest extends ServedTests {
    private static final ApiDocument API = ApiDocument.SERVED;
    private static final Pattern REQUEST = Pattern.compile("`(GET|POST|DELETE|PUT|PATCH) (/[^`?, ]*)");

    /** Routes that take every method, and ask the page itself. */
    private static final Set<String> OF_THE_PAGE = Set.of("/", "/page/:call");

    /** Calls it for each operation, with its place. */
    private static void operations(BiConsumer<String, JsonNode> each) {
        API.json()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> each.accept(
                                operation.getKey().toUpperCase() + " " + path.getKey(), operation.getValue())));
    }

    private static Set<String> named(String beginning, boolean beginsSo) {
        Set<String> names = new TreeSet<>();
        operations((name, operation) -> {
            String path = name.substring(name.indexOf('/'));
            if ((path.equals("/") || path.startsWith(beginning)) == beginsSo) {
                names.add(name);
            }
        });
        return names;
    }

    @Test
    @DisplayName("has every route that is served and no other, and each that is looked at takes HEAD")
    void routes() {
        List<String> all = server.routes().stream()
                .map(route -> route.replaceAll(":([a-z]+)", "{$1}"))
                .toList();
        Set<String> served = all.stream()
                .filter(route -> route.contains(" ") && !route.startsWith("HEAD "))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(named("/page/", false), served);
        assertEquals(
                served.stream().filter(route -> route.startsWith("GET ")).collect(Collectors.toSet()),
                all.stream()
                        .filter(route -> route.startsWith("HEAD "))
                        .map(route -> route.replace("HEAD ", "GET "))
                        .collect(Collectors.toSet()));
        assertEquals(
                OF_THE_PAGE,
                server.routes().stream().filter(route -> !route.contains(" ")).collect(Collectors.toSet()));
    }

    @Test
    @DisplayName("has the requests of the documents' tables, and they have its")
    void documents() throws Exception {
        String programs = Files.readString(Documents.root().resolve("docs/programs.md"));
        Set<String> listed = requests(programs.substring(programs.indexOf("## `serve` over HTTP")));
        listed.addAll(requests(Files.readString(Documents.root().resolve("docs/dead-letters.md"))));
        Set<String> own = named("/page/", false);
        own.add("GET /");
        assertEquals(own, listed);
        Set<String> ofPage = requests(Files.readString(Documents.root().resolve("docs/page.md")));
        assertEquals(
                named("/page/", true),
                ofPage.stream()
                        .filter(name -> name.endsWith(" /") || name.contains("/page/"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What stands in the first cells of tables. */
    private static Set<String> requests(String document) {
        Set<String> requests = new TreeSet<>();
        document.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            Matcher request = REQUEST.matcher(line.split("(?<!\\\\)\\|")[1]);
            while (request.find()) {
                requests.add(request.group(1) + " " + request.group(2));
            }
        });
        return requests;
    }

    @Test
    @DisplayName("asks the page for each of its calls, and it knows them")
    void pageCalls() throws Exception {
        for (String name : named("/page/", true)) {
            String[] parts = name.split(" ");
            String head = RawHttp.answer(
                    server.port(),
                    parts[0] + " " + parts[1] + " HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n");
            assertFalse(head.startsWith("HTTP/1.1 404") || head.startsWith("HTTP/1.1 405"), head);
        }
    }

    @Test
    @DisplayName("is OpenAPI 3.1 in the project's version, and asked again only when it changed")
    void version() throws Exception {
        Answer answer = get("/openapi.json");
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("3.1.0", answer.text("openapi"));
        Matcher version = Pattern.compile("<artifactId>orderflow-parent</artifactId>\\s*<version>([^<]+)<")
                .matcher(Files.readString(Documents.root().resolve("pom.xml")));
        assertTrue(version.find());
        assertEquals(version.group(1), answer.json().at("/info/version").asText());
        assertEquals(API.json(), answer.json());
        assertTrue(RawHttp.answer(
                        server.port(),
                        "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-None-Match: "
                                + answer.header("ETag").orElseThrow() + "\r\n\r\n")
                .startsWith("HTTP/1.1 304 "));
    }

    @Test
    @DisplayName("is whole: each reference leads somewhere, each part is used, each operation has an id of its own")
    void whole() {
        Set<String> used = new HashSet<>();
        API.json().findValues("$ref").forEach(reference -> {
            used.add(reference.asText());
            assertFalse(API.json().at(reference.asText().substring(1)).isMissingNode(), reference.asText());
        });
        Set<String> parts = new HashSet<>();
        for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
            API.json()
                    .path("components")
                    .path(kind)
                    .fieldNames()
                    .forEachRemaining(name -> parts.add("#/components/" + kind + "/" + name));
        }
        assertEquals(parts, used);
        List<String> ids = new ArrayList<>();
        operations((name, operation) -> {
            ids.add(operation.path("operationId").asText());
            assertEquals(parametersOf(name), pathParameters(operation), name);
        });
        assertEquals(ids.size(), Set.copyOf(ids).size(), ids::toString);
        assertFalse(ids.contains(""));
    }

    private static Set<String> parametersOf(String name) {
        return Pattern.compile("\\{([a-z]+)}")
                .matcher(name)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> pathParameters(JsonNode operation) {
        Set<String> names = new HashSet<>();
        operation.path("parameters").forEach(parameter -> {
            JsonNode resolved = API.resolved(parameter);
            if (resolved.path("in").asText().equals("path")) {
                names.add(resolved.path("name").asText());
            }
        });
        return names;
    }

    @Test
    @DisplayName("has examples that keep its schemas, and requests among them that are taken")
    void examples() throws Exception {
        List<String> tried = new ArrayList<>();
        API.json()
                .path("paths")
                .fieldNames()
                .forEachRemaining(path -> API.json()
                        .path("paths")
                        .path(path)
                        .fieldNames()
                        .forEachRemaining(method -> {
                            String place = "/paths/" + path.replace("/", "~1") + "/" + method;
                            example(place + "/requestBody/content/application~1json", tried);
                            API.json()
                                    .at(place + "/responses")
                                    .fieldNames()
                                    .forEachRemaining(status -> example(
                                            place + "/responses/" + status + "/content/application~1json", tried));
                        }));
        assertTrue(tried.size() > 15, tried::toString);
        Answer order = client.order(body("/orders"));
        assertEquals(202, order.status(), order::toString);
        Answer batch = client.batch(body("/orders/batch"));
        assertEquals(202, batch.json().at("/results/0/status").intValue(), batch::toString);
        String id = decided(order.text("orderId")).text("orderId");
        Answer refund = client.send(
                "POST",
                "/orders/" + id + "/refund",
                body("/orders/{id}/refund"),
                "Content-Type",
                ShopClient.JSON,
                "Idempotency-Key",
                "example");
        assertEquals(200, refund.status(), refund::toString);
        for (String path : List.of("/deciding/pause", "/deciding/resume")) {
            Answer answer = client.send("POST", path, body(path), "Content-Type", ShopClient.JSON);
            assertEquals(200, answer.status(), answer::toString);
        }
    }

    private static String body(String path) {
        JsonNode body = API.json().path("paths").path(path).at("/post/requestBody/content/application~1json/example");
        return body.isMissingNode() ? "" : body.toString();
    }

    private static void example(String place, List<String> tried) {
        JsonNode example = API.json().at(place + "/example");
        if (!example.isMissingNode()) {
            tried.add(place);
            assertEquals(List.of(), API.faults(place + "/schema", example), place);
        }
    }

    @Test
    @DisplayName("has a schema for orders that every body keeps which is taken")
    void bodies() throws Exception {
        long seed = System.nanoTime();
        String good = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2,\"unitPrice\":100}]}";
        RandomBodies bodies = new RandomBodies(new Random(seed), good);
        int taken = 0;
        for (int i = 0; i < 500; i++) {
            // bytes that are changed leave an order good too seldom
            byte[] body = i % 2 == 0 ? bodies.order() : bodies.next();
            if (client.order(body).status() == 202) {
                taken++;
                String text = new String(body, StandardCharsets.UTF_8);
                JsonNode json = new JsonMapper().readTree(text);
                assertEquals(List.of(), API.faults("/components/schemas/NewOrder", json), "seed " + seed + ": " + text);
            }
        }
        assertTrue(taken > 0, "no body was taken, seed " + seed);
    }

    @Test
    @DisplayName("is held against answers by a check that finds what is wrong with one")
    void checkFinds() throws Exception {
        Answer answer = get("/products/1");
        Map<String, List<String>> headers = answer.response().headers().map();
        String body = answer.response().body();
        ApiDocument.Seen good = new ApiDocument.Seen("GET", "/products/1", 200, headers, body);
        API.check(good);
        List<ApiDocument.Seen> bad = List.of(
                new ApiDocument.Seen("GET", "/products/1", 201, headers, body),
                new ApiDocument.Seen("POST", "/products/1", 200, headers, body),
                new ApiDocument.Seen("GET", "/wallets/1", 200, headers, body),
                new ApiDocument.Seen("GET", "/products/1", 200, Map.of(), body),
                new ApiDocument.Seen("HEAD", "/products/1", 200, headers, body),
                new ApiDocument.Seen("GET", "/products/1", 200, headers, body.replace("}", ",\"more\":1}")));
        bad.forEach(seen -> assertThrows(AssertionError.class, () -> API.check(seen), seen::toString));
    }
}

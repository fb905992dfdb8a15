package io.orderflow.examples.serve;

import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What the application takes and answers, for programs: {@code GET /openapi.json}, OpenAPI 3.1. */
final class ApiRoute {
    private static final String NAME = "openapi.json";

    private final String document = read();

    void register(Router router) {
        HttpAnswers.look(router, "/" + NAME).handler(context -> HttpAnswers.show(context.request(), document));
    }

    private static String read() {
        try (InputStream resource = ApiRoute.class.getResourceAsStream(NAME)) {
            if (resource == null) {
                throw new IllegalStateException(NAME + " is missing beside " + ApiRoute.class);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + NAME, e);
        }
    }
}

package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.page.PageConfig;
import io.orderflow.samples.Documents;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What docs/security.md says of tokens, against an application that has them. */
@DisplayName("Tokens over HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String LOOK = "look-look-look-look";
    private static final String SITE = "https://shop.example";
    private static final String ACT = "act-act-act-act-act";
    private static final Pattern CALL = Pattern.compile("`(GET|POST|DELETE) ([^`]+)`");
    private static final String SOME_ORDER = "0190c9a0-0000-7000-8000-000000000000";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServedShop served;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.start(
                new ShopSeed(1, 100, 1, 100_000),
                pool -> {},
                new HttpConfig(
                        new Access(
                                PageConfig.builder()
                                        .lookToken(LOOK)
                                        .actToken(ACT)
                                        .build(),
                                true),
                        List.of(SITE),
                        Optional.empty(),
                        new TrustedProxies(Set.of(ProxyNetwork.of("127.0.0.1").orElseThrow()))));
    }

    @AfterAll
    void stop() {
        served.close();
    }

    /** A call of the documents' table, and a path that it stands for. */
    private record Call(String method, String template, String path) {
        static List<Call> of(String cell) {
            Matcher calls = CALL.matcher(cell);
            return calls.results()
                    .map(call -> new Call(call.group(1), call.group(2), path(call.group(2))))
                    .toList();
        }

        private static String path(String template) {
            String id = template.startsWith("/orders/") ? SOME_ORDER : template.startsWith("/products") ? "1" : "ab";
            return template.replace("{id}", id).replace("{buyer}", "1").replace("…", "1");
        }
    }

    private static boolean isOpen(String cell) {
        assertTrue(Set.of("yes", "no").contains(cell), cell);
        return cell.equals("yes");
    }

    @Test
    @DisplayName("are asked for as the documents' table says, on each path, in the form of all refusals")
    void asTheDocumentSays() throws Exception {
        for (List<String> cells : Documents.tableAfter("<!-- checked: what tokens are for -->")) {
            for (Call call : Call.of(cells.get(0))) {
                assertAnswer(call, "", isOpen(cells.get(1)), served.server().port());
                assertAnswer(call, LOOK, isOpen(cells.get(2)), served.server().port());
                assertAnswer(call, ACT, isOpen(cells.get(3)), served.server().port());
            }
        }
    }

    private void assertAnswer(Call call, String token, boolean open, int port) throws Exception {
        HttpResponse<String> response = send(call, token, port);
        String what = call + " with " + (token.isEmpty() ? "no token" : token) + ": " + response.statusCode() + " "
                + response.body();
        boolean refused = Set.of(401, 403).contains(response.statusCode());
        assertEquals(open, !refused, what);
        assertFalse(response.statusCode() == 404 && response.body().contains("\"detail\":\"" + call.method()), what);
        if (refused) {
            assertEquals(token.isEmpty() ? 401 : 403, response.statusCode(), what);
            assertEquals(
                    Problem.CONTENT_TYPE,
                    response.headers().firstValue("Content-Type").orElse(""));
            assertEquals(
                    token.isEmpty(),
                    response.headers().firstValue("WWW-Authenticate").isPresent(),
                    what);
        }
    }

    private HttpResponse<String> send(Call call, String token, int port) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + call.path()))
                .timeout(BOUND)
                .method(
                        call.method(),
                        call.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(""));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    @DisplayName("are taken from pages of the sites that are named, and of no other")
    void otherSites() throws Exception {
        assertEquals(200, statusFrom(SITE, "/wallets/1", LOOK));
        assertEquals(401, statusFrom(SITE, "/wallets/1", ""));
        assertEquals(403, statusFrom("https://evil.example", "/wallets/1", LOOK));
        assertEquals(403, statusFrom(SITE, "/page/stream", LOOK), "the page is for its own site");
    }

    private int statusFrom(String site, String path, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + served.server().port() + path))
                .timeout(BOUND)
                .header("Origin", site);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    @Test
    @DisplayName("let pages of the sites that are named act, too, and of no other")
    void otherSitesAct() throws Exception {
        HttpRequest.Builder resume = request("/deciding/resume", ACT).POST(BodyPublishers.noBody());
        assertEquals(200, status(resume.copy().header("Origin", SITE).header("Sec-Fetch-Site", "cross-site")));
        assertEquals(403, status(resume.copy().header("Origin", "https://evil.example")));
        assertEquals(403, status(resume.copy().header("Sec-Fetch-Site", "cross-site")));
    }

    @Test
    @DisplayName("that are wrong shut out one client, and not all who come through a proxy")
    void wrongOnes() throws Exception {
        HttpRequest.Builder wrong = request("/wallets/1", "wrong-wrong-wrong").header("X-Forwarded-For", "203.0.113.1");
        for (int i = 0; i < 5; i++) {
            assertEquals(401, status(wrong));
        }
        assertEquals(429, status(wrong));
        assertEquals(200, status(request("/wallets/1", LOOK).header("X-Forwarded-For", "203.0.113.2")));
        HttpRequest.Builder page = request("/page/find?by=buyer&q=1", "wrong-wrong-wrong");
        assertEquals(429, status(page.copy().header("X-Forwarded-For", "203.0.113.1")));
        assertEquals(401, status(page.copy().header("X-Forwarded-For", "203.0.113.3")));
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + served.server().port() + path))
                .timeout(BOUND)
                .header("Authorization", "Bearer " + token);
    }

    private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    @Test
    @DisplayName("are in the documents' table with every path that asks for them")
    void everyGuardedPath() {
        Set<String> documented = new TreeSet<>();
        Documents.tableAfter("<!-- checked: what tokens are for -->").stream()
                .filter(cells -> cells.get(1).equals("no"))
                .flatMap(cells -> Call.of(cells.get(0)).stream())
                .forEach(call -> documented.add(call.template().replaceAll("\\{([a-z]+)}", ":$1")));
        for (String guarded : TokenGuard.GUARDED) {
            String start = guarded.replace("*", "");
            assertTrue(documented.stream().anyMatch(path -> path.startsWith(start)), guarded);
        }
    }

    @Test
    @DisplayName("are not asked for where there are none, on this machine")
    void none() throws Exception {
        try (ServedShop open = ServedShop.start(new ShopSeed(1, 100, 1, 100_000))) {
            for (List<String> cells : Documents.tableAfter("<!-- checked: what tokens are for -->")) {
                for (Call call : Call.of(cells.get(0))) {
                    assertAnswer(call, "", true, open.server().port());
                }
            }
        }
    }
}

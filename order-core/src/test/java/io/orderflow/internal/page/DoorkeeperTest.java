package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.page.PageReply;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Who may look, and who may act")
class DoorkeeperTest {
    private static final String LOOK = "look-look-look-look";
    private static final String ACT = "act-act-act-act-act";

    private final AtomicLong time = new AtomicLong();
    private final Doorkeeper open = new Doorkeeper(PageConfig.defaults(), time::get);
    private final Doorkeeper shut =
            new Doorkeeper(PageConfig.builder().lookToken(LOOK).actToken(ACT).build(), time::get);

    private static PageCall call(String remote, String... headers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return new PageCall("GET", "/", "", all, new byte[0], remote);
    }

    private static int status(Optional<PageReply> refusal) {
        return refusal.map(PageReply::status).orElse(200);
    }

    private int withToken(String token, boolean acts) {
        return status(shut.refusal(call("10.0.0.7", "Authorization", token), acts));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost:8080, 200",
        "127.0.0.1, 127.0.0.1, 200",
        "127.8.9.1, LOCALHOST, 200",
        "::1, [::1]:8080, 200",
        "0:0:0:0:0:0:0:1, localhost, 200",
        "10.0.0.7, localhost, 403",
        "127.0.0.1, shop.example, 403",
        "127.0.0.1, 127.0.0.1.shop.example, 403",
        "127.0.0.1, localhost.shop.example:8080, 403",
        "127.0.0.1, '', 403",
        "localhost, localhost, 403",
        "'', localhost, 403"
    })
    @DisplayName("without tokens only this machine, by a name of its own")
    void byPlace(String remote, String host, int status) {
        assertEquals(status, status(open.refusal(call(remote, "Host", host), false)));
    }

    @Test
    @DisplayName("without tokens nobody for whom a front end asks, and nobody without a host")
    void frontEnd() {
        assertEquals(403, status(open.refusal(call("::1", "Host", "localhost", "X-Forwarded-For", "1.2.3.4"), false)));
        assertEquals(403, status(open.refusal(call("::1", "Host", "localhost", "Via", "1.1 a"), false)));
        assertEquals(403, status(open.refusal(call("::1"), false)));
    }

    @Test
    @DisplayName("without a token to act nobody acts, since a front end may not show that it asks for somebody else")
    void actingIsOff() {
        // what nginx sends for whoever asks, as it comes
        PageCall nginx = call("127.0.0.1", "Host", "127.0.0.1:8080", "Connection", "close");
        PageReply reply = open.refusal(nginx, true).orElseThrow();
        assertEquals(403, reply.status());
        String problem = new String(reply.body(), StandardCharsets.UTF_8);
        assertTrue(problem.contains("the page has no actToken (serve: ORDER_ACT_TOKEN or --act-token-file)"), problem);
        assertTrue(open.whyNotActing(nginx).isPresent());
    }

    @Test
    @DisplayName("with tokens everybody who has the right one, from anywhere")
    void byToken() {
        assertEquals(200, withToken("Bearer " + LOOK, false));
        assertEquals(403, withToken("Bearer " + LOOK, true));
        assertEquals(200, withToken("bearer " + ACT, true));
        assertEquals(200, withToken("Bearer " + ACT, false));
        assertEquals(401, withToken("Basic " + ACT, false));
        assertEquals(
                Optional.of("this token is for looking alone"),
                shut.whyNotActing(call("::1", "authorization", "Bearer " + LOOK)));
        assertEquals(Optional.empty(), shut.whyNotActing(call("::1", "authorization", "Bearer " + ACT)));
        assertTrue(shut.whyNotActing(call("::1")).isPresent());
        PageReply reply = shut.refusal(call("::1", "Host", "localhost"), false).orElseThrow();
        assertEquals(401, reply.status());
        assertEquals("Bearer realm=\"orderflow\"", reply.headers().get("WWW-Authenticate"));
    }

    @Test
    @DisplayName("with a token for looking alone, nobody may act")
    void nobodyActs() {
        Doorkeeper looking = new Doorkeeper(PageConfig.builder().lookToken(LOOK).build(), time::get);
        assertEquals(200, status(looking.refusal(call("::1", "authorization", "Bearer " + LOOK), false)));
        assertEquals(403, status(looking.refusal(call("::1", "authorization", "Bearer " + LOOK), true)));
        assertEquals(401, status(looking.refusal(call("::1", "authorization", "Bearer "), true)));
    }

    @Test
    @DisplayName("after five wrong tokens in a minute an address is shut, also for the right one, and others are not")
    void wrongTokens() {
        for (int i = 0; i < RemoteAttempts.MOST; i++) {
            assertEquals(401, withToken("Bearer guess-guess-guess-" + i, false));
        }
        PageReply reply = shut.refusal(call("10.0.0.7", "Authorization", "Bearer " + ACT), true)
                .orElseThrow();
        assertEquals(429, reply.status());
        assertEquals("61", reply.headers().get("Retry-After"));
        assertEquals(200, status(shut.refusal(call("10.0.0.8", "Authorization", "Bearer " + ACT), true)));
        time.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertEquals(200, withToken("Bearer " + ACT, true));
        assertEquals(401, withToken("Bearer guess-guess-guess", true));
    }

    @Test
    @DisplayName("of IPv6 a network of 64 bits is shut, which one customer has")
    void wrongTokensOfANetwork() {
        for (int i = 0; i < RemoteAttempts.MOST; i++) {
            assertEquals(401, status(shut.refusal(call("2001:db8::" + i, "Authorization", "Bearer guess"), false)));
        }
        assertEquals(429, status(shut.refusal(call("2001:db8::9", "Authorization", "Bearer " + ACT), false)));
        assertEquals(200, status(shut.refusal(call("2001:db8:0:1::9", "Authorization", "Bearer " + ACT), false)));
    }

    @Test
    @DisplayName("who acts is not sent by a page from elsewhere, also where the browser names none; a link leads here")
    void fetchSite() {
        String[] sent = {"Authorization", "Bearer " + ACT, "Sec-Fetch-Site", "cross-site"};
        assertEquals(403, status(shut.refusal(call("::1", sent), true)));
        assertEquals(200, status(shut.refusal(call("::1", sent), false)));
    }

    @Test
    @DisplayName("of the addresses with wrong tokens a thousand are known")
    void bounded() {
        RemoteAttempts attempts = new RemoteAttempts(time::get);
        for (int i = 0; i < RemoteAttempts.MOST; i++) {
            attempts.wrong("first");
        }
        assertEquals(61, attempts.shutFor("first"));
        for (int i = 0; i < 1_000; i++) {
            attempts.wrong("other-" + i);
        }
        assertEquals(0, attempts.shutFor("first"));
        assertEquals(2, attempts.wrong("other-999"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, 200",
        "https://localhost:8080, 200",
        "http://localhost, 403",
        "http://evil.example, 403",
        "null, 403",
        "'not an origin', 403"
    })
    @DisplayName("no page from elsewhere")
    void origin(String origin, int status) {
        PageCall call = call("127.0.0.1", "Host", "localhost:8080", "Origin", origin);
        assertEquals(status, status(open.refusal(call, false)));
    }
}

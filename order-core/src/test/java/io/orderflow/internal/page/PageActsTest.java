package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.page.PageReply;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What the log says of what is done through a page")
class PageActsTest {
    private static final String ACT = "act-act-act-act-act";
    private static final String FORGED = "[main] INFO io.orderflow.internal.page.PageActs - page: PAUSE by alice";

    private final TestDatabase database = TestDatabase.h2();
    private final OrderProcessor orders = OrderProcessor.builder(database.dataSource(4))
            .createTables(true)
            .build()
            .start();
    private final LivePage page = orders.page(PageConfig.builder().actToken(ACT).build());
    private OutageLines log;

    @BeforeEach
    void listen() {
        log = OutageLines.hear();
    }

    @AfterEach
    void stop() {
        log.close();
        orders.close();
        database.close();
    }

    private PageReply act(String what, String token, String form) {
        return page.answer(new PageCall(
                "POST",
                "/page/" + what,
                "",
                Map.of("X-Orderflow-Page", "1", token.isEmpty() ? "Accept" : "Authorization", "Bearer " + token),
                form.getBytes(StandardCharsets.UTF_8),
                "10.0.0.7"));
    }

    private List<String> lines() {
        return log.taken().stream().filter(line -> line.contains("page: ")).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redrive?by=eve&id=7%0A" + FORGED,
                "discard?by=eve&id=7%0A" + FORGED,
                "discard?by=eve&id=7%0D" + FORGED,
                "redrive?by=eve%0A" + FORGED + "&id=7",
                "pause?by=eve&reason=7%0A" + FORGED,
                "pause?by=eve&id=7&id=7%0A" + FORGED
            })
    @DisplayName("has no lines that somebody wrote into a value")
    void forged(String call) {
        int query = call.indexOf('?');
        PageReply reply = act(call.substring(0, query), ACT, call.substring(query + 1));
        assertEquals(400, reply.status());
        assertFalse(lines().stream().anyMatch(line -> line.contains("PAUSE by alice")), () -> lines().toString());
    }

    @Test
    @DisplayName("is one line for each, with what, on what, by which name and from where, and what came of it")
    void told() {
        String letter = "0a".repeat(32);
        assertEquals(404, act("discard", ACT, "by=Bob&id=" + letter).status());
        List<String> lines = lines();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
                lines.get(0)
                        .endsWith("page: DISCARD of dead letter " + letter
                                + " asked for by Bob (page, from 10.0.0.7): there is no such dead letter; somebody may"
                                + " have seen to it before"),
                lines::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redrive | by=Bob&id=7 | REDRIVE asked for from 10.0.0.7 refused: id must have 64 hexadecimal digits",
                "discard | by=&id=7 | DISCARD asked for from 10.0.0.7 refused: by must be given: nothing",
                "resume | by=Bob&by=Eve | RESUME asked for from 10.0.0.7 refused: by must be there once",
                "pause | by=Bob | PAUSE of deciding asked for by Bob (page, from 10.0.0.7): failed: reason must",
            })
    @DisplayName("is one line, too, for what is refused because a value breaks its rule")
    void badValue(String what, String form, String words) {
        assertEquals(400, act(what, ACT, form).status());
        List<String> lines = lines();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("page: " + words), lines::toString);
    }

    @Test
    @DisplayName("has wrong tokens five times a minute, and nothing of who comes without one or is shut")
    void refused() {
        for (int i = 0; i < 20; i++) {
            assertEquals(401, act("pause", "", "by=Eve").status());
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    i < 5 ? 401 : 429,
                    act("pause", "guess-guess-guess", "by=Eve").status());
        }
        List<String> lines = lines();
        assertEquals(5, lines.size(), lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.contains("page: wrong token number ")), lines::toString);
    }
}

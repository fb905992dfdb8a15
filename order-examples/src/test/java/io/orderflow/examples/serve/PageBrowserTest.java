package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetter;
import io.orderflow.FeedStart;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.page.PageConfig;
import io.orderflow.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

@DisplayName("The live page in Chromium")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageBrowserTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int WIDE = 1_280;
    private static final int PHONE = 390;
    private static final String LOOK = "look-look-look-look";
    private static final String ACT = "act-act-act-act-act";
    private static final String NOISE = "no frame";

    @TempDir
    static Path profile;

    private Chromium browser;
    private OrderRequest parked;
    private List<DeadLetter> letters;
    private ServedShop served;
    /** A second processor on the same tables, as another process of the shop would have. */
    private OrderProcessor orders;

    @BeforeAll
    void startBrowser() throws Exception {
        browser = Chromium.start(profile);
    }

    @AfterAll
    void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void stop() {
        browser.open("about:blank");
        orders.close();
        served.close();
    }

    /** A shop with all that the page can show. */
    private void open(PageConfig config, boolean dark, int width) throws Exception {
        parked = LetterMaker.request();
        served = ServedShop.start(
                new ShopSeed(3, 1_000, 3, 1_000_000),
                pool -> letters = LetterMaker.make(pool, parked, NOISE.getBytes(StandardCharsets.UTF_8)),
                config);
        orders = OrderProcessor.builder(served.pool()).build().start();
        orders.feed("shipping", FeedStart.BEGINNING).start(events -> {});
        browser.seenAs(dark, width);
        // those of the tests before
        browser.complaints();
        browser.open("http://127.0.0.1:" + served.server().port() + "/");
    }

    /** The same, for one who gave the token to act before. */
    private void openToAct(boolean dark, int width) throws Exception {
        open(PageConfig.builder().actToken(ACT).build(), dark, width);
        browser.script("sessionStorage.setItem('orderflow-token', '" + ACT + "')");
        browser.open("about:blank");
        // it was told 401
        browser.complaints();
        browser.open("http://127.0.0.1:" + served.server().port() + "/");
    }

    private UUID buy(long buyer, Duration hold) throws InterruptedException {
        OrderRequest.Builder order = OrderRequest.of(buyer).line(1, 2).line(2, 1);
        OrderRequest request = (hold.isZero() ? order : order.holdFor(hold)).build();
        orders.submit(request);
        orders.await(request.id(), BOUND).orElseThrow();
        return request.id();
    }

    private void ask(String button, String name) {
        browser.click(button);
        browser.awaitShown("#ask", true);
        browser.type("#ask-by", name);
    }

    @Test
    @DisplayName("shows the shop, in light and dark, wide and on a phone, and axe has nothing against it")
    void looks() throws Exception {
        openToAct(false, WIDE);
        UUID bought = buy(1, Duration.ZERO);
        UUID held = buy(2, Duration.ofSeconds(50));
        buy(77, Duration.ZERO);
        browser.awaitText("#summary", "All is well");
        browser.awaitText("#orders", "unknown buyer");
        browser.awaitText("#verdicts", "rejected: unknown buyer");
        browser.awaitText("#next", held.toString());
        browser.awaitText("#workers", "orderflow, 1 thread");
        browser.awaitText("#feeds", "shipping");
        browser.awaitText("#letters", "poison");
        browser.awaitText("#deciding", "goes on");
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {WIDE, PHONE}) {
                String name = (dark ? "dark-" : "light-") + width;
                browser.seenAs(dark, width);
                browser.click("#orders .id");
                browser.awaitText("#found", "Its life");
                browser.picture(name);
                assertLooksWell(name, dark, width);
                browser.click("#letters button[aria-label^=Discard]");
                browser.awaitShown("#ask", true);
                browser.picture(name + "-ask");
                assertLooksWell(name + ", asking", dark, width);
                browser.press(Keys.ESCAPE);
                browser.awaitShown("#ask", false);
            }
        }
        assertEquals(List.of(), browser.complaints());
        assertEquals(
                true,
                browser.script("performance.getEntriesByType('resource')"
                        + ".every(one => new URL(one.name).origin === location.origin)"));
        browser.awaitText("#orders", bought.toString());
    }

    private void assertLooksWell(String name, boolean dark, int width) {
        assertEquals(List.of(), browser.findings(), name);
        // Both at one moment: a picture beyond the window takes the scroll bar away for a while.
        assertEquals(
                0L,
                browser.script("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
                name);
        assertEquals(
                dark ? "rgb(15, 20, 25)" : "rgb(244, 246, 248)",
                browser.script("getComputedStyle(document.body).backgroundColor"),
                name);
    }

    @Test
    @DisplayName("pauses, resumes, redrives and discards by clicks, and the database says so")
    void acts() throws Exception {
        openToAct(false, WIDE);
        browser.awaitShown("#pause", true);
        ask("#pause", "Anna");
        browser.type("#ask-reason", "a price is wrong");
        browser.click("#ask-do");
        browser.awaitText("#result", "deciding is paused");
        assertEquals(
                "a price is wrong", orders.deciding().paused().orElseThrow().reason());
        assertEquals(
                "Anna (page, from 127.0.0.1)",
                orders.deciding().paused().orElseThrow().by());
        browser.awaitText("#summary", "Deciding is paused");
        browser.awaitText("#deciding", "by Anna");
        assertEquals(List.of(), browser.findings());
        browser.picture("paused");
        ask("#resume", "Bob");
        browser.click("#ask-do");
        browser.awaitText("#result", "deciding goes on");
        assertTrue(orders.deciding().paused().isEmpty());

        ask("#letters button[aria-label^=Redrive]", "Bob");
        browser.click("#ask-do");
        browser.awaitText("#result", parked.id() + " waits for its verdict again");
        assertEquals(
                OrderStatus.COMPLETED,
                orders.await(parked.id(), BOUND).orElseThrow().status());
        ask("#letters button[aria-label^=Discard]", "Bob");
        browser.click("#ask-do");
        browser.awaitText("#result", "is discarded");
        assertTrue(orders.deadLetters().find(letters.get(0).id()).isEmpty());
        browser.awaitShown("#letters-empty", true);
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    @DisplayName("does nothing when its question is cancelled, and is used by the keyboard alone")
    void keyboard() throws Exception {
        openToAct(true, PHONE);
        browser.awaitShown("#pause", true);
        browser.press(Keys.TAB);
        assertEquals("Skip to the numbers", browser.script("document.activeElement.textContent"));
        browser.press(Keys.ENTER);
        assertEquals("main", browser.focus());
        browser.script("document.getElementById('pause').focus()");
        assertEquals("3px", browser.script("getComputedStyle(document.activeElement).outlineWidth"));
        browser.press(Keys.ENTER);
        browser.awaitShown("#ask", true);
        assertEquals("ask-by", browser.focus());
        browser.press(Keys.ESCAPE);
        browser.awaitShown("#ask", false);
        assertEquals("pause", browser.focus());
        browser.press(Keys.ENTER);
        browser.type("#ask-by", "Eve");
        browser.click("#ask [data-close]");
        assertTrue(orders.deciding().paused().isEmpty());

        UUID id = buy(1, Duration.ZERO);
        browser.type("#q", id.toString());
        browser.press(Keys.ENTER);
        browser.awaitText("#found", "Order " + id);
        assertEquals("found", browser.focus());
        browser.type("#q", "ffff");
        browser.press(Keys.ENTER);
        browser.awaitText("#found", "no order with a row has an id that begins so");
        browser.script("document.getElementById('by').value = 'buyer'");
        browser.type("#q", "1");
        browser.press(Keys.ENTER);
        browser.awaitText("#found", "One order");
    }

    @Test
    @DisplayName("holds still while it is told to, and its focus stays where it is")
    void still() throws Exception {
        open(PageConfig.defaults(), false, WIDE);
        UUID first = buy(1, Duration.ZERO);
        browser.awaitText("#orders", first.toString());
        browser.awaitText("#acting", "Only shown here: acting is off, because the page has no actToken");
        assertFalse(browser.isShown("#pause") || browser.isShown("#letters button[aria-label]"), browser::text);
        browser.script("document.querySelector('#orders .id').focus()");
        UUID second = buy(1, Duration.ZERO);
        browser.awaitText("#orders", second.toString());
        assertEquals(first.toString(), browser.script("document.activeElement.textContent"));
        browser.click("#still");
        browser.awaitText("#summary", "held still");
        UUID third = buy(1, Duration.ZERO);
        int seen = looked();
        Eventually.await("later states", BOUND, () -> looked() >= seen + 2, browser::text);
        assertFalse(browser.text().contains(third.toString()), browser::text);
        browser.click("#still");
        browser.awaitText("#orders", third.toString());
    }

    /** How many states came: each is one entry of the script's clock. */
    private int looked() {
        return ((Number) browser.script("Number(document.body.dataset.states || 0)")).intValue();
    }

    @Test
    @DisplayName("asks for a token, shows no buttons to those who may look alone, and says that the server is gone")
    void tokens() throws Exception {
        open(PageConfig.builder().lookToken(LOOK).actToken(ACT).build(), false, PHONE);
        browser.awaitShown("#key-dialog", true);
        assertEquals(List.of(), browser.findings());
        browser.picture("token");
        browser.type("#key-text", "guess-guess-guess");
        browser.press(Keys.ENTER);
        browser.awaitText("#key-why", "this is no token");
        browser.type("#key-text", LOOK);
        browser.press(Keys.ENTER);
        browser.awaitText("#summary", "All is well");
        browser.awaitText("#letters", "poison");
        assertFalse(browser.isShown("#pause") || browser.isShown("#letters button[aria-label]"), browser::text);
        browser.awaitText("#acting", "this token is for looking alone");
        browser.click("#key");
        browser.type("#key-text", ACT);
        browser.press(Keys.ENTER);
        browser.awaitShown("#pause", true);
        browser.awaitShown("#letters button[aria-label^=Redrive]", true);
        assertEquals(List.of(), browser.findings());
        served.server().close();
        browser.awaitText("#summary", "No connection to the server, trying again");
    }
}

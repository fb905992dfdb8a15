package io.orderflow.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.orderflow.testing.BrowserPrograms;
import io.orderflow.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a window, as a person uses it: it clicks, types and looks. Not thread-safe. */
final class Chromium implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Path PICTURES = Path.of("target", "page");
    private static final int HEIGHT = 900;

    private final ChromeDriver driver;
    private final String axe;

    private Chromium(ChromeDriver driver, String axe) {
        this.driver = driver;
        this.axe = axe;
    }

    /** Starts one, or skips the test where there is none. */
    static Chromium start(Path profile) throws IOException {
        BrowserPrograms programs = BrowserPrograms.require();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(programs.chromium().toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(programs.driver().toFile())
                .usingAnyFreePort()
                .build();
        return new Chromium(new ChromeDriver(service, options), resource());
    }

    private static String resource() throws IOException {
        String name = "/axe.min.js";
        try (InputStream in = Chromium.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing on the class path");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    void open(String address) {
        driver.get("about:blank");
        driver.get(address);
    }

    /** How the page is seen from now on. */
    void seenAs(boolean dark, int width) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    }

    /** A picture of the whole page in target/page. */
    void picture(String name) throws IOException {
        Map<String, Object> taken = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.createDirectories(PICTURES);
        Files.write(
                PICTURES.resolve(name + ".png"),
                Base64.getDecoder().decode(taken.get("data").toString()));
    }

    /** What axe has to say against the page as it is now, in one line each. */
    List<String> findings() {
        driver.executeScript(axe);
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document).then(
                    results => done(results.violations.flatMap(rule => rule.nodes.map(
                        node => rule.id + ': ' + node.target.join(' ') + ': ' + node.failureSummary))),
                    failure => done(['axe failed: ' + failure]));
                """);
        return ((List<?>) found).stream().map(Object::toString).toList();
    }

    /** What the page's script says, evaluated there. */
    Object script(String expression) {
        return driver.executeScript("return " + expression);
    }

    void click(String selector) {
        act(selector, WebElement::click);
    }

    /** Types into what has this selector, in place of what stands there. */
    void type(String selector, String text) {
        act(selector, element -> {
            element.clear();
            element.sendKeys(text);
        });
    }

    /** Presses keys, wherever the focus is. */
    void press(Keys... keys) {
        for (Keys key : keys) {
            new Actions(driver).sendKeys(key).perform();
        }
    }

    private interface Act {
        void on(WebElement element);
    }

    /** The page renews its lists: an element that went is looked for again. */
    private void act(String selector, Act act) {
        Eventually.await(
                selector,
                BOUND,
                () -> {
                    try {
                        act.on(driver.findElement(By.cssSelector(selector)));
                        return true;
                    } catch (StaleElementReferenceException
                            | NoSuchElementException
                            | ElementNotInteractableException e) {
                        return false;
                    }
                },
                this::text);
    }

    /** Waits until what has this selector says this. */
    void awaitText(String selector, String text) {
        Eventually.await(
                selector + " says " + text,
                BOUND,
                () -> String.valueOf(script("document.querySelector('" + selector + "')?.textContent"))
                        .contains(text),
                this::text);
    }

    /** Whether a person sees it. */
    boolean isShown(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream().anyMatch(WebElement::isDisplayed);
    }

    void awaitShown(String selector, boolean shown) {
        Eventually.await(selector + " is shown: " + shown, BOUND, () -> isShown(selector) == shown, this::text);
    }

    /** The id of what has the focus. */
    String focus() {
        return String.valueOf(script("document.activeElement.id"));
    }

    /** What the page says. */
    String text() {
        try {
            return String.valueOf(script("document.body.innerText"));
        } catch (WebDriverException e) {
            return e.toString();
        }
    }

    /** What the browser complains of since the last time: scripts that fail, and what the page's policy forbids. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}

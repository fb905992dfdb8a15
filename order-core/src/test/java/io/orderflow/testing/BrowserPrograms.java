package io.orderflow.testing;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The browser of this machine, Chromium, and the program that drives it. Immutable.
 *
 * @param chromium the browser
 * @param driver the driver, of the same version
 */
public record BrowserPrograms(Path chromium, Path driver) {
    private static final String CHROMIUM = "chromium";
    private static final String DRIVER = "chromedriver";

    /**
     * Finds both.
     *
     * @throws org.opentest4j.TestAbortedException if one is missing and the run does not demand them
     * @throws AssertionError if one is missing and the run demands them
     */
    public static BrowserPrograms require() {
        ServerMode mode = ServerMode.ofBrowser();
        if (mode == ServerMode.NONE) {
            return skip(mode, "-Dservers=none");
        }
        Optional<Path> chromium = Programs.find(CHROMIUM);
        Optional<Path> driver = Programs.find(DRIVER);
        if (chromium.isEmpty() || driver.isEmpty()) {
            return skip(mode, "no " + (chromium.isEmpty() ? CHROMIUM : DRIVER) + " program found");
        }
        return new BrowserPrograms(chromium.get(), driver.get());
    }

    private static BrowserPrograms skip(ServerMode mode, String reason) {
        boolean required = mode == ServerMode.REQUIRED;
        String message = "Chromium: tests "
                + (required ? "failed, since -Dservers=" + ServerMode.demanded() + ": " : "skipped: ") + reason;
        BuildConsole.sayOnce(message);
        return required ? Assertions.fail(message) : Assumptions.abort(message);
    }
}

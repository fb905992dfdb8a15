package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("The options of page and tokens")
class PageOptionsTest {
    private static final String TOKEN = "0123456789abcdef";

    @Command
    static final class PageProgram {
        @Mixin
        PageOptions page;
    }

    private static Access access(boolean loopback, Map<String, String> environment, String... arguments) {
        return CommandLine.populateCommand(new PageProgram(), arguments).page.access(loopback, environment);
    }

    private static String refusal(boolean loopback, Map<String, String> environment, String... arguments) {
        return assertThrows(ParameterException.class, () -> access(loopback, environment, arguments))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--page", "--no-page"})
    @DisplayName("let nobody from elsewhere in without a token, with the page or without")
    void elsewhere(String page) {
        assertTrue(refusal(false, Map.of(), page).startsWith("--host must be on loopback where there is no token"));
        Access access = access(false, Map.of(PageOptions.LOOK_VARIABLE, TOKEN), page);
        assertEquals(Optional.of(TOKEN), access.tokens().lookToken());
        assertEquals(page.equals("--page"), access.page());
    }

    @Test
    @DisplayName("need nothing on this machine")
    void here() {
        assertFalse(access(true, Map.of()).tokens().hasTokens());
        assertTrue(access(true, Map.of()).page());
        assertFalse(access(true, Map.of(), "--no-page").page());
    }

    @Test
    @DisplayName("refuse a token that can be guessed, and do not show it")
    void shortToken() {
        String message = refusal(true, Map.of(PageOptions.ACT_VARIABLE, "guess-me"));
        assertTrue(message.startsWith("the tokens: actToken must have between 16 and 255 characters: 8"), message);
        assertFalse(message.contains("guess-me"), message);
    }
}

package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("The options for callers")
class CallerOptionsTest {
    @Command(name = "program")
    private static final class Program {
        @Mixin
        private CallerOptions options;
    }

    private static HttpConfig parsed(String arguments) {
        Program program = new Program();
        new CommandLine(program).parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        return program.options.config(Access.OPEN);
    }

    @Test
    @DisplayName("leave all off unless they are given")
    void off() {
        assertEquals(HttpConfig.defaults(), parsed(""));
    }

    @Test
    @DisplayName("say which sites, how many requests and which proxies")
    void on() {
        HttpConfig config = parsed("--cors-origin https://shop.example --cors-origin http://[::1]:3000 --rate-limit 50"
                + " --trusted-proxy 10.0.0.1 --trusted-proxy ::1");
        assertEquals(List.of("https://shop.example", "http://[::1]:3000"), config.origins());
        String loopback = ClientAddress.exact("0:0:0:0:0:0:0:1").orElseThrow();
        assertEquals(Optional.of(new RateRule(50, 50)), config.rate());
        assertEquals(Set.of("0a000001", loopback), config.proxies().exact());
        assertEquals(
                7, parsed("--rate-limit 50 --rate-burst 7").rate().orElseThrow().burst());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cors-origin * | must name each site",
                "--cors-origin null | must be as browsers send it",
                "--cors-origin https://shop.example/ | must be as browsers send it",
                "--cors-origin https://shop.example:443 | without the usual port",
                "--cors-origin http://shop.example:80 | without the usual port",
                "--cors-origin HTTPS://shop.example | in small letters",
                "--cors-origin https://Shop.example | in small letters",
                "--cors-origin shop.example | must be as browsers send it",
                "--cors-origin file:///a | must be as browsers send it",
                "--rate-limit 0 | --rate-limit must be between 1 and 1000000: 0",
                "--rate-limit 1000001 | must be between 1 and 1000000",
                "--rate-limit 5 --rate-burst 0 | --rate-burst must be between 1 and 1000000: 0",
                "--rate-burst 5 | no effect without --rate-limit",
                "--trusted-proxy 10.0.0.1 | no effect without --rate-limit or a token",
                "--rate-limit 5 --trusted-proxy proxy.example | must be an IP address, and no name: proxy.example"
            })
    @DisplayName("are refused with what they must be")
    void refused(String arguments, String reason) {
        ParameterException e = assertThrows(ParameterException.class, () -> parsed(arguments));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
}

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
import org.junit.jupiter.params.provider.ValueSource;
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
                + " --trusted-proxy 10.0.0.1 --trusted-proxy ::1 --trusted-proxy 192.168.0.0/16");
        assertEquals(List.of("https://shop.example", "http://[::1]:3000"), config.origins());
        Set<ProxyNetwork> trusted = Set.of(
                new ProxyNetwork("0a000001", 32),
                new ProxyNetwork("00000000000000000000000000000001", 128),
                new ProxyNetwork("c0a80000", 16));
        assertEquals(Optional.of(new RateRule(50, 50)), config.rate());
        assertEquals(trusted, config.proxies().networks());
        assertEquals(
                7, parsed("--rate-limit 50 --rate-burst 7").rate().orElseThrow().burst());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example:8443",
                "https://a-b.c_d.example",
                "https://xn--bcher-kva.example",
                "http://localhost:1",
                "http://localhost:65535",
                "https://localhost:80",
                "http://127.0.0.1:3000",
                "http://[2001:db8::1]",
                "http://[::ffff:102:304]:8080"
            })
    @DisplayName("take a site as browsers send it")
    void sites(String origin) {
        assertEquals(List.of(origin), parsed("--cors-origin " + origin).origins());
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
                "--cors-origin https://shop.example:99999 | a port of 1 to 65535",
                "--cors-origin https://shop.example:65536 | a port of 1 to 65535",
                "--cors-origin https://shop.example:0443 | without zeros before it",
                "--cors-origin https://shop.example:0 | a port of 1 to 65535",
                "--cors-origin https://shop.example: | a port of 1 to 65535",
                "--cors-origin https://a..b | no part of it empty",
                "--cors-origin https://.a | no part of it empty",
                "--cors-origin https://bücher.example | other letters as xn--",
                "--cors-origin https://me@shop.example | have a host as browsers send it",
                "--cors-origin http://127.1 | an IPv4 address as browsers send it",
                "--cors-origin http://127.0.0.01 | an IPv4 address as browsers send it",
                "--cors-origin http://127.0.0.256 | an IPv4 address as browsers send it",
                "--cors-origin http://0x7f | an IPv4 address as browsers send it",
                "--cors-origin http://[0:0:0:0:0:0:0:1]:3000 | an IPv6 address as browsers send it",
                "--cors-origin http://[2001:DB8::1] | an IPv6 address as browsers send it",
                "--cors-origin http://[::ffff:1.2.3.4] | an IPv6 address as browsers send it",
                "--cors-origin http://[::::] | an IPv6 address as browsers send it",
                "--cors-origin http://[127.0.0.1] | an IPv6 address as browsers send it",
                "--cors-origin file:///a | must be as browsers send it",
                "--rate-limit 0 | --rate-limit must be between 1 and 1000000: 0",
                "--rate-limit 1000001 | must be between 1 and 1000000",
                "--rate-limit 5 --rate-burst 0 | --rate-burst must be between 1 and 1000000: 0",
                "--rate-burst 5 | no effect without --rate-limit",
                "--trusted-proxy 10.0.0.1 | no effect without --rate-limit or a token",
                "--rate-limit 5 --trusted-proxy proxy.example | and no name: proxy.example",
                "--rate-limit 5 --trusted-proxy 10.0.0.1/8 | begins with its first address"
            })
    @DisplayName("are refused with what they must be")
    void refused(String arguments, String reason) {
        ParameterException e = assertThrows(ParameterException.class, () -> parsed(arguments));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
}

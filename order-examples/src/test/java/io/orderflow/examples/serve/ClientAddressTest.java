package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The address of a client")
class ClientAddressTest {
    private static final Set<String> PROXIES = Stream.of("10.0.0.1", "10.0.0.2", "fd00::1")
            .map(address -> ClientAddress.exact(address).orElseThrow())
            .collect(Collectors.toSet());

    private static String network(String address) {
        return ClientAddress.client(address, List.of(), Set.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.7 |  | 192.0.2.7",
                "192.0.2.7 | 198.51.100.1 | 192.0.2.7",
                "10.0.0.1 | 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 |  | 10.0.0.1",
                "::ffff:10.0.0.1 | 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 203.0.113.9, 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 203.0.113.9,198.51.100.1 ,10.0.0.2 | 198.51.100.1",
                "10.0.0.1 | 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 198.51.100.1, nonsense | 10.0.0.1",
                "10.0.0.1 | 198.51.100.1, nonsense, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | , | 10.0.0.1",
                "10.0.0.1 | localhost | 10.0.0.1",
                "fd00:0:0::1 | 2001:db8:1:2:3:4:5:6 | 2001:db8:1:2::",
                "2001:db8::1%eth0 | 198.51.100.1 | 2001:db8::2"
            })
    @DisplayName("is the connection's, or what trusted proxies alone say, and nothing that stands before that")
    void client(String connection, String forwarded, String client) {
        List<String> values = forwarded == null ? List.of() : List.of(forwarded);
        assertEquals(network(client), ClientAddress.client(connection, values, PROXIES));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 198.51.100.1, 192.0.2.7",
        "10.0.0.1, 198.51.100.1, 198.51.100.1",
        "fe80::1%2, 198.51.100.1, fe80::1%2",
        "fd00::1, 2001:db8:1:2:3:4:5:6, 2001:db8:1:2:3:4:5:6"
    })
    @DisplayName("is written as a literal")
    void literal(String connection, String forwarded, String client) {
        assertEquals(client, ClientAddress.literal(connection, List.of(forwarded), PROXIES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.2.3", "1.2.3.4.5", "256.1.1.1", "shop.example", "::1%1", "1.2.3.4:80"})
    @DisplayName("is none where it is no address")
    void none(String text) {
        assertEquals(Optional.empty(), ClientAddress.exact(text));
    }
}

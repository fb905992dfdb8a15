package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    private static final Set<ProxyNetwork> PROXIES = Stream.of("10.0.0.1", "10.0.0.2", "fd00::1", "172.16.0.0/12")
            .map(address -> ProxyNetwork.of(address).orElseThrow())
            .collect(Collectors.toSet());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.7 |  | c0000207",
                "192.0.2.7 | 198.51.100.1 | c0000207",
                "10.0.0.1 | 198.51.100.1 | c6336401",
                "10.0.0.1 |  | 0a000001",
                "::ffff:10.0.0.1 | 198.51.100.1 | c6336401",
                "10.0.0.1 | 203.0.113.9, 198.51.100.1 | c6336401",
                "10.0.0.1 | 203.0.113.9,198.51.100.1 ,10.0.0.2 | c6336401",
                "10.0.0.1 | 10.0.0.2 | 0a000002",
                "10.0.0.1 | 198.51.100.1, nonsense | 0a000001",
                "10.0.0.1 | 198.51.100.1, nonsense, 10.0.0.2 | 0a000002",
                "10.0.0.1 | , | 0a000001",
                "10.0.0.1 | localhost | 0a000001",
                "10.0.0.1 | 203.0.113.9, 198.51.100.1:4711 | c6336401",
                "10.0.0.1 | [2001:db8:1:2::7]:80 | 20010db800010002",
                "10.0.0.1 | [2001:db8:1:2::7] | 20010db800010002",
                "10.0.0.1 | 198.51.100.1:port | 0a000001",
                "10.0.0.1 | 198.51.100.1: | 0a000001",
                "10.0.0.1 | 203.0.113.9, 10.0.0.2:80, 198.51.100.1:1, 10.0.0.2:80 | c6336401",
                "172.31.255.255 | 198.51.100.1, 172.16.3.4 | c6336401",
                "172.32.0.0 | 198.51.100.1 | ac200000",
                "172.15.0.1 | 198.51.100.1 | ac0f0001",
                "fd00:0:0::1 | 2001:db8:1:2:3:4:5:6 | 20010db800010002",
                "2001:db8::1%eth0 | 198.51.100.1 | 20010db800000000"
            })
    @DisplayName("is the connection's, or what trusted proxies alone say, and nothing that stands before that")
    void client(String connection, String forwarded, String client) {
        List<String> values = forwarded == null ? List.of() : List.of(forwarded);
        assertEquals(client, ClientAddress.client(connection, values, PROXIES));
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

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "10.0.0.0/32, 10.0.0.0, 10.0.0.1",
        "10.0.0.128/25, 10.0.0.129, 10.0.0.127",
        "128.0.0.0/1, 255.0.0.1, 127.255.255.255",
        "0.0.0.0/8, 0.1.2.3, 1.0.0.0",
        "fd00::/8, fdff::1, fe00::",
        "::/96, ::7, 0.0.0.7",
        "10.0.0.0/8, ::ffff:10.0.0.1, ::a00:1"
    })
    @DisplayName("of a proxy is in its network where the first bits are the same, and else not")
    void networks(String network, String in, String out) {
        ProxyNetwork read = ProxyNetwork.of(network).orElseThrow();
        assertTrue(read.contains(ClientAddress.exact(in).orElseThrow()));
        assertFalse(read.contains(ClientAddress.exact(out).orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/0",
                "10.0.0.0/08",
                "10.0.0.0/",
                "10.0.0.0/-8",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10/8",
                "fd00::1/64",
                "fd00::/129",
                "::/0",
                "::ffff:10.0.0.0/104",
                "::ffff:10.0.0.0/8",
                "[fd00::]/8",
                "fd00::%1/8",
                "proxy.example",
                "10.0.0.1:80"
            })
    @DisplayName("of a proxy is refused where it is neither one address nor a whole network")
    void noNetwork(String text) {
        assertEquals(Optional.empty(), ProxyNetwork.of(text));
    }
}

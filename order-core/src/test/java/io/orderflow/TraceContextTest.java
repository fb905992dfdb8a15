package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The trace of a request")
class TraceContextTest {
    private static final String IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
    private static final String PARENT = "00-" + IDS + "-01";

    private static Optional<TraceContext> read(String traceparent, String... tracestate) {
        return TraceContext.ofHeaders(List.of(traceparent), List.of(tracestate));
    }

    @ParameterizedTest
    @CsvSource({
        "00-" + IDS + "-01, 01, true",
        "00-" + IDS + "-00, 00, false",
        "00-" + IDS + "-03, 03, true",
        "00-" + IDS + "-ff, 03, true",
        "00-" + IDS + "-fe, 02, false",
        "01-" + IDS + "-01, 01, true",
        "cc-" + IDS + "-01-what-the-future-will-be-like, 01, true",
        "cc-" + IDS + "-01-, 01, true",
        "' " + PARENT + " ', 01, true"
    })
    @DisplayName("is read, of a later version as of this one")
    void reads(String header, String flags, boolean sampled) {
        TraceContext trace = read(header).orElseThrow();
        assertEquals("00-" + IDS + "-" + flags, trace.traceparent());
        assertEquals(sampled, trace.isSampled());
        assertEquals("", trace.tracestate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-" + IDS + "-01",
                "00-" + IDS + "-01-more",
                "00-" + IDS + "-01-",
                "00-" + IDS + "-1",
                "00-" + IDS + "-0A",
                "0-" + IDS + "-01",
                PARENT + "\n",
                "\u2003" + PARENT,
                "cc-" + IDS + "-01.what-the-future-will-not-be-like",
                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"
            })
    @DisplayName("is none where its header is malformed")
    void malformed(String header) {
        assertEquals(Optional.empty(), read(header));
        assertThrows(InvalidOrderException.class, () -> new TraceContext(header, ""));
    }

    @Test
    @DisplayName("is none where there are two of it, or none")
    void two() {
        assertEquals(Optional.empty(), TraceContext.ofHeaders(List.of(PARENT, PARENT), List.of()));
        assertEquals(Optional.empty(), TraceContext.ofHeaders(List.of(), List.of("a=1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1 | a=1",
                "a=1,b=2 | a=1,b=2",
                "' a=1 ,, b=2, ' | a=1,b=2",
                "tenant@vendor=x y | tenant@vendor=x y",
                "0a_-*/=~!: | 0a_-*/=~!:"
            })
    @DisplayName("keeps what vendors add, in one spelling")
    void states(String header, String state) {
        assertEquals(state, read(PARENT, header).orElseThrow().tracestate());
        assertEquals(state + ",z=9", read(PARENT, header, "z=9").orElseThrow().tracestate());
        assertEquals(state, new TraceContext(PARENT, state).tracestate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a=",
                "=1",
                "A=1",
                "a=1,a=2",
                "a=1=2",
                "a=\u00e9",
                "a=\t",
                "a=1\n",
                "\u2003a=1",
                "a@1=1",
                "@a=1"
            })
    @DisplayName("drops what vendors add where it is malformed, and no more")
    void badStates(String header) {
        assertEquals("", read(PARENT, header).orElseThrow().tracestate());
        assertThrows(InvalidOrderException.class, () -> new TraceContext(PARENT, header));
    }

    @Test
    @DisplayName("drops what vendors add where it is too much")
    void muchState() {
        String most = "a=" + "v".repeat(255) + ",b=" + "v".repeat(252);
        assertEquals(TraceContext.LONGEST_STATE, most.length());
        assertEquals(most, read(PARENT, most).orElseThrow().tracestate());
        assertEquals("", read(PARENT, most + "v").orElseThrow().tracestate());
        String spread = most.replace(",", " \t,, ");
        assertEquals(most, read(PARENT, spread).orElseThrow().tracestate(), "space around members does not count");
        String members = IntStream.range(0, 32).mapToObj(i -> "k" + i + "=1").collect(Collectors.joining(","));
        assertEquals(members, read(PARENT, members).orElseThrow().tracestate());
        assertEquals("", read(PARENT, members, "more=1").orElseThrow().tracestate());
    }

    @Test
    @DisplayName("is no content of its request, and is kept by it")
    void ofRequest() {
        TraceContext trace = new TraceContext(PARENT, "a=1");
        OrderRequest request = OrderRequest.of(7).line(1, 2).trace(trace).build();
        assertEquals(Optional.of(trace), request.trace());
        OrderRequest other = request.withTrace(new TraceContext(PARENT, ""));
        assertEquals(request.id(), other.id());
        assertFalse(request.equals(other));
        assertFalse(request.toString().contains(IDS), "a trace is no business of who reads of orders");
        assertTrue(OrderRequest.of(7).line(1, 2).build().trace().isEmpty());
    }
}

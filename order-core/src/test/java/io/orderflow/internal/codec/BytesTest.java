package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "300, ac02",
        "16383, ff7f",
        "16384, 808001",
        "1000000, c0843d",
        "9223372036854775807, ffffffffffffffff7f"
    })
    void goldenVarints(long value, String hex) throws MalformedException {
        byte[] bytes = new byte[Bytes.varintSize(value)];
        assertEquals(bytes.length, Bytes.putVarint(bytes, 0, value));
        assertEquals(hex, HexFormat.of().formatHex(bytes));
        assertEquals(value, new ByteReader(bytes, 0).varint("value", 0, Long.MAX_VALUE));
    }

    @Test
    void varintsOfEveryLengthAreReadBack() throws MalformedException {
        for (int bits = 0; bits < 63; bits++) {
            for (long value = (1L << bits) - 1; value <= (1L << bits) + 1; value++) {
                byte[] bytes = new byte[Bytes.VARINT_MOST];
                int length = Bytes.putVarint(bytes, 0, value);
                assertEquals(length, Bytes.varintSize(value));
                ByteReader in = new ByteReader(bytes, 0);
                assertEquals(value, in.varint("value", 0, Long.MAX_VALUE));
                assertEquals(bytes.length - length, in.remaining());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8000", "80808000", "ff00", "808080808080808000"})
    void aPaddedVarintIsRefused(String hex) {
        assertEquals("value must be in its shortest form, but is padded at byte 0", refusal(hex));
    }

    @ParameterizedTest
    @CsvSource({"80808080808080808001", "ffffffffffffffffff01", "ffffffffffffffffffff"})
    void aVarintOfMoreThanNineBytesIsRefused(String hex) {
        assertEquals("value must have at most 9 bytes, but has more at byte 0", refusal(hex));
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "80, 1", "ffffffffffffffff, 8"})
    void aVarintThatIsCutOffIsRefused(String hex, int end) {
        assertEquals("value is cut off at byte " + end, refusal(hex));
    }

    private static String refusal(String hex) {
        ByteReader in = new ByteReader(HexFormat.of().parseHex(hex), 0);
        return assertThrows(MalformedException.class, () -> in.varint("value", 0, Long.MAX_VALUE))
                .getMessage();
    }
}

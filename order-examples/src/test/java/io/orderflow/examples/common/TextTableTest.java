package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A table of plain text")
class TextTableTest {
    @Test
    @DisplayName("aligns words on the left and numbers on the right")
    void aligned() {
        StringWriter text = new StringWriter();
        new TextTable("what", "pieces", "took")
                .row("tea", 100, "7.5 ms")
                .row("a mug", 4, "-")
                .print(new PrintWriter(text, true));
        assertEquals("""
                  what   pieces    took
                  -----  ------  ------
                  tea       100  7.5 ms
                  a mug       4       -
                """, text.toString().replace(System.lineSeparator(), "\n"));
    }

    @Test
    @DisplayName("refuses a row with another number of cells")
    void otherNumberOfCells() {
        TextTable table = new TextTable("a", "b");
        assertEquals(
                "row must have 2 cells: 1",
                assertThrows(IllegalArgumentException.class, () -> table.row("x"))
                        .getMessage());
    }
}

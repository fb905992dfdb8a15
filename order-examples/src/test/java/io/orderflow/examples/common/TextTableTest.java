package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @Test
    @DisplayName("is at most 80 columns wide: words go on in the next line, columns in the next table")
    void narrow() {
        TextTable words = new TextTable("setting", "value")
                .row("queue_durability", "WEAK: the server keeps what it took in memory for a second ".repeat(4))
                .row("no_space", "x".repeat(300));
        TextTable numbers = new TextTable(
                "component",
                "CPU in percent",
                "memory in MiB",
                "net in KiB/s",
                "net out KiB/s",
                "disk in KiB/s",
                "threads");
        numbers.row("database", "1,234.5", 2, 3, 4, 5, 6).row("api", "-", 2, 3, 4, 5, 666);
        StringWriter text = new StringWriter();
        words.print(new PrintWriter(text, true));
        numbers.print(new PrintWriter(text, true));
        text.toString().lines().forEach(line -> assertTrue(line.length() <= 80, () -> line.length() + ": " + line));
        assertEquals(4, text.toString().split("the server keeps", -1).length - 1, text::toString);
        assertEquals(300, text.toString().chars().filter(c -> c == 'x').count(), text::toString);
        assertEquals(2, text.toString().split("database", -1).length - 1, text::toString);
        assertTrue(text.toString().contains("666"), text::toString);
    }
}

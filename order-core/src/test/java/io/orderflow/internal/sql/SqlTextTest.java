package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.model.DatabaseContract;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text that the statements are made of means what it must. */
class SqlTextTest extends DatabaseContract {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 17, 33, 100, 500})
    void eachKeyGetsItsOwnValue(int keys) throws SQLException {
        List<Integer> ids =
                IntStream.range(0, keys).map(i -> 3 * i - 100).boxed().toList();
        StringBuilder insert = new StringBuilder("INSERT INTO orderflow_wallet VALUES ");
        SqlText.list(insert, ids, (text, id) -> text.append('(').append(id).append(",0)"));
        shop().execute(insert.toString());
        StringBuilder update = new StringBuilder("UPDATE orderflow_wallet SET balance = ");
        SqlText.caseOf(update, "buyer", ids, SqlText.Appender.number(Integer::longValue), id -> 1_000 + id);
        assertEquals(keys, shop().execute(update.toString()));
        assertEquals(
                ids.stream().map(id -> id + " " + (1_000 + id)).toList(),
                shop().read("SELECT buyer, balance FROM orderflow_wallet ORDER BY buyer"));
        shop().execute("DELETE FROM orderflow_wallet");
    }

    @Test
    void idsCompareAsTheDatabaseSortsThem() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(new UUID(0x8000_0000_0000_0000L + (i << 20) * (i % 2 == 0 ? 1 : -1), i));
        }
        List<UUID> sorted = ids.stream().sorted(OrderIds.UNSIGNED).toList();
        String values = String.join(
                ",",
                ids.stream()
                        .map(id -> "(" + SqlText.id(id) + ",0," + SqlText.id(id) + ",'2026-01-01 00:00:00')")
                        .toList());
        shop().execute("INSERT INTO orderflow_attempt VALUES " + values);
        StringBuilder update = new StringBuilder("UPDATE orderflow_attempt SET attempts = ");
        SqlText.caseOf(update, "order_id", sorted, SqlText::id, sorted::indexOf);
        assertEquals(60, shop().execute(update.toString()));
        assertEquals(
                IntStream.range(0, 60).mapToObj(Integer::toString).toList(),
                shop().read("SELECT attempts FROM orderflow_attempt ORDER BY order_id"));
    }

    @Test
    void anIdIsItsBytesInOrder() {
        UUID id = UUID.fromString("00000000-0000-0001-8000-00000000000f");
        assertEquals("x'0000000000000001800000000000000f'", SqlText.id(id));
    }

    @Test
    void piecesCoverTheListInOrder() {
        List<List<Integer>> pieces = new ArrayList<>();
        SqlText.pieces(List.of(1, 2, 3, 4, 5), 2).forEach(pieces::add);
        assertEquals(List.of(List.of(1, 2), List.of(3, 4), List.of(5)), pieces);
        SqlText.pieces(List.of(), 2).forEach(piece -> assertEquals("nothing", piece));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a-b", "1a", "_a", "a b", "a;drop", "abcdefghijabcdefghijabcdefghijab"})
    void aPrefixThatCouldChangeTheSqlIsRefused(String prefix) {
        assertThrows(IllegalArgumentException.class, () -> new Tables(prefix));
    }
}

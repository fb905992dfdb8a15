package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An order for a person to read")
class OrderTextTest {
    private static final Order ARCHIVED = BareOrders.of(new UUID(1, 2), OrderStatus.ARCHIVED, OptionalLong.of(3_000));

    @Test
    @DisplayName("has no payment and no total where the archive alone knows them")
    void archived() {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        OrderText.print(ARCHIVED, out);
        OrderText.table(List.of(ARCHIVED), out);
        out.flush();
        assertEquals(
                List.of(
                        "order 00000000-0000-0001-0000-000000000002 of buyer 7",
                        "  ARCHIVED",
                        "  archived: its lines, amounts and changes are in the archive alone",
                        "  accepted 1970-01-01T00:00:00Z",
                        "  decision number 3000",
                        "  00000000-0000-0001-0000-000000000002  buyer 7  ARCHIVED  1970-01-01T00:00:00Z"),
                text.toString().lines().toList());
    }
}

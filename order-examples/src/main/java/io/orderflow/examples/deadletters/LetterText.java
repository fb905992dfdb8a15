package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetter;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.examples.common.Ages;
import io.orderflow.examples.common.LetterJson;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Dead letters for a person to read. */
final class LetterText {
    /** More than that is for a file. */
    private static final int SHOWN_BYTES = 512;

    private static final int LINE_BYTES = 32;

    private LetterText() {}

    /** What a list shows. */
    static void print(DeadLetter letter, PrintWriter out, Instant now) {
        out.println(letter.id());
        StringBuilder line = new StringBuilder("  ").append(letter.reason());
        letter.attempts().ifPresent(attempts -> line.append(", ").append(times(attempts)));
        line.append(", ").append(Ages.shown(LetterJson.age(letter, now))).append(" old, ");
        out.println(line.append(size(letter)));
        letter.orderId()
                .ifPresent(order -> out.println("  order " + order
                        + letter.orderStatus().map(status -> ", now " + status).orElse(", which has no row")));
        out.println("  " + letter.detail());
    }

    private static String times(int attempts) {
        return attempts == 1 ? "tried once alone" : "tried " + attempts + " times alone";
    }

    private static String size(DeadLetter letter) {
        return letter.isWhole()
                ? letter.length() + " bytes"
                : "the first " + letter.kept() + " of " + letter.length() + " bytes";
    }

    /** Everything. */
    static void print(OpenedDeadLetter opened, PrintWriter out, Instant now) {
        print(opened.letter(), out, now);
        out.println("  set aside at " + opened.letter().createdAt());
        opened.unreadable().ifPresent(why -> out.println("  not decoded: " + why));
        for (OpenedDeadLetter.Content content : opened.contents()) {
            out.println("  asked for: order " + content.orderId() + " of buyer " + content.buyer() + ", paid by "
                    + content.payment());
            lines(content.lines(), out);
            if (content.hostData().length > 0) {
                out.println("    host data " + HexFormat.of().formatHex(content.hostData()));
            }
        }
        opened.order().ifPresent(order -> print(order, out));
        bytes(opened.bytes(), out);
    }

    private static void print(Order order, PrintWriter out) {
        out.println("  in the shop: order " + order.id() + " of buyer " + order.buyer() + ", " + order.status()
                + order.rejectReason().map(reason -> " for " + reason).orElse("") + ", total " + order.total());
        lines(order.lines(), out);
    }

    private static void lines(List<OrderLine> lines, PrintWriter out) {
        for (OrderLine line : lines) {
            out.println("    " + line.quantity() + " of product " + line.product()
                    + (line.unitPrice().isPresent() ? " at " + line.unitPrice().getAsLong() : ""));
        }
    }

    private static void bytes(byte[] bytes, PrintWriter out) {
        out.println("  bytes:");
        for (int from = 0; from < Math.min(bytes.length, SHOWN_BYTES); from += LINE_BYTES) {
            out.println("    "
                    + HexFormat.of()
                            .formatHex(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + LINE_BYTES))));
        }
        if (bytes.length > SHOWN_BYTES) {
            out.println("    and " + (bytes.length - SHOWN_BYTES) + " more: --out writes all to a file");
        }
    }
}

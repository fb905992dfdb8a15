package io.orderflow.examples.quickstart;

import io.orderflow.examples.common.AuditSummary;
import io.orderflow.examples.common.TextTable;
import java.io.File;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the quickstart saw, for a person or for a program. */
record Report(String shop, String queue, List<Life> lives, Pause pause, AuditSummary audit, double seconds) {
    boolean ok() {
        return lives.stream().allMatch(Life::asExpected) && pause.asExpected() && audit.ok();
    }

    /**
     * Prints it for a person.
     *
     * @param options the options of this shop, for the commands that come next
     */
    void print(PrintWriter out, String options) {
        out.println("A small shop on the " + shop + ", queue: " + queue);
        out.println();
        printShop(out);
        out.println();
        out.println("Eight submissions, and how each of them ended");
        out.println();
        printLives(out);
        out.println();
        printPause(out);
        out.println();
        out.println("The audit recomputes every wallet and every product from the records");
        out.println();
        audit.print(out);
        out.println();
        printNext(out, options);
    }

    private static void printShop(PrintWriter out) {
        TextTable shelves = new TextTable("product", "id", "price", "available");
        SmallShop.SHELVES.forEach(shelf -> shelves.row(
                shelf.name(),
                shelf.start().id(),
                money(shelf.start().unitPrice()),
                shelf.start().available()));
        shelves.print(out);
        out.println();
        TextTable purses = new TextTable("buyer", "id", "balance");
        SmallShop.PURSES.forEach(purse -> purses.row(
                purse.name(), purse.start().buyer(), money(purse.start().balance())));
        purses.print(out);
    }

    private void printLives(PrintWriter out) {
        TextTable table =
                new TextTable("what happens", "submit says", "after", "verdict", "after", "charged", "as expected");
        for (Life life : lives) {
            table.row(
                    life.story(),
                    life.answer(),
                    milliseconds(life.answeredMs()),
                    life.end(),
                    life.decidedMs().map(Report::milliseconds).orElse("-"),
                    life.charged() == 0 ? "-" : money(life.charged()),
                    life.asExpected() ? "yes" : "NO");
        }
        table.print(out);
    }

    private void printPause(PrintWriter out) {
        out.println("The worker stops; orders are still accepted, and wait in the journal"
                + (queue.equals("memory") ? "" : " and on the queue"));
        out.println();
        out.println("  " + pause.accepted() + " orders submitted and accepted without a worker, " + pause.pending()
                + " of them PENDING in the database");
        out.println("  a worker starts: " + pause.decided() + " of them COMPLETED within "
                + milliseconds(pause.seconds() * 1e3) + ", " + pause.lost() + " lost");
    }

    private void printNext(PrintWriter out, String options) {
        out.println(
                ok()
                        ? "Everything held, in " + String.format(Locale.ROOT, "%.1f s", seconds) + ". Next:"
                        : "SOMETHING DID NOT HOLD, see above. Then:");
        out.println();
        String program = "  java -jar " + jar();
        out.println(program + " serve" + options + " --seed-products 10 --seed-buyers 10");
        out.println("  curl -i http://127.0.0.1:8080/orders -H 'Content-Type: application/json' \\");
        out.println("       -H 'Idempotency-Key: \"cart-77\"' -d "
                + "'{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}'");
        out.println(program + " audit" + options);
        out.println(program + " --help");
    }

    /** The jar as it was named when this program was started, so that the lines can be copied. */
    private static String jar() {
        String path = System.getProperty("java.class.path");
        return path.endsWith("order-examples.jar") && !path.contains(File.pathSeparator) ? path : "order-examples.jar";
    }

    /** The same for a program; the names of the fields stay. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ok", ok());
        json.put("shop", shop);
        json.put("queue", queue);
        json.put("seconds", rounded(seconds));
        json.put("orders", lives.stream().map(Report::json).toList());
        json.put("pause", json(pause));
        json.put("audit", audit);
        return json;
    }

    private static Map<String, Object> json(Life life) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("story", life.story());
        json.put("orderId", life.orderId().toString());
        json.put("answer", life.answer());
        json.put("answeredMs", rounded(life.answeredMs()));
        json.put("end", life.end());
        life.decidedMs().ifPresent(ms -> json.put("decidedMs", rounded(ms)));
        json.put("charged", life.charged());
        json.put("asExpected", life.asExpected());
        return json;
    }

    private static Map<String, Object> json(Pause pause) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accepted", pause.accepted());
        json.put("pending", pause.pending());
        json.put("decided", pause.decided());
        json.put("lost", pause.lost());
        json.put("seconds", rounded(pause.seconds()));
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }

    private static String milliseconds(double ms) {
        return String.format(Locale.ROOT, "%.1f ms", ms);
    }

    private static String money(long minorUnits) {
        return String.format(Locale.ROOT, "%d.%02d", minorUnits / 100, minorUnits % 100);
    }
}

package io.orderflow.examples.top;

import io.orderflow.FeedState;
import io.orderflow.OrderPulse;
import io.orderflow.PulseWindow;
import io.orderflow.examples.common.Ages;
import io.orderflow.examples.common.Rounded;
import java.io.PrintWriter;
import java.util.List;

/** Shows one block after the other, in a terminal each in the place of the one before. Not thread-safe. */
final class TopScreen {
    /** The cursor to the upper left, and everything behind it away. */
    private static final String HOME = "\u001b[H\u001b[J";

    private final PrintWriter out;
    private final boolean terminal;

    TopScreen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(String shop, PulseWindow window, List<FeedState> feeds) {
        begin();
        OrderPulse pulse = window.last();
        out.println(pulse.at() + "  " + shop + (terminal ? "  (q and Enter, or Ctrl-C, ends it)" : ""));
        out.println("  accepted      about " + rate(window.acceptedInASecond()));
        out.println("  decided       " + rate(window.decidedInASecond()));
        out.println("  waiting       " + Rounded.count(pulse.backlog())
                + (pulse.backlog() == 0 ? "" : ", the oldest for " + Ages.shown(pulse.oldest()))
                + (pulse.urgent() == 0 ? "" : ", urgent: " + Rounded.count(pulse.urgent())));
        out.println("  rejected      " + rejected(window));
        out.println("  holds due     " + Rounded.count(pulse.holdsDue())
                + (pulse.holdsDue() == OrderPulse.MOST_HOLDS ? " or more" : ""));
        out.println("  dead letters  " + Rounded.count(pulse.deadLetters()));
        feeds.forEach(feed -> out.println("  feed          " + feed.name() + ", "
                + (feed.behind() == 0
                        ? "up to date"
                        : Rounded.count(feed.behind()) + " batches behind, the oldest for " + Ages.shown(feed.lag()))));
        out.println("  database      answers");
        end();
    }

    /** What is shown instead while the database does not answer. */
    void away(String shop, String why) {
        begin();
        out.println(shop);
        out.println("  database      away: " + why + "; asked again");
        end();
    }

    private void begin() {
        if (terminal) {
            out.print(HOME);
        }
    }

    private void end() {
        if (!terminal) {
            out.println();
        }
        out.flush();
    }

    private static String rate(double orders) {
        return Rounded.count(Math.round(orders)) + " a second";
    }

    private static String rejected(PulseWindow window) {
        return window.rejected().entrySet().stream()
                .map(entry -> Rounded.count(entry.getValue()) + " " + entry.getKey())
                .reduce((first, second) -> first + ", " + second)
                .map(text -> text + " in the last minute")
                .orElse("none in the last minute");
    }
}

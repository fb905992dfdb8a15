package io.orderflow.examples.bench;

import io.orderflow.examples.common.About;
import io.orderflow.examples.common.Rounded;
import io.orderflow.examples.common.TextTable;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/** Shows a comparison to people. */
final class BenchTable {
    private final BenchReport report;

    BenchTable(BenchReport report) {
        this.report = report;
    }

    /** Prints one row for each program, and under them the library's shares and the verdicts. */
    void print(About about, PrintWriter out) {
        about.table().print(out);
        out.println();
        programs().print(out);
        out.println();
        out.println("The library reaches, as the median of "
                + (report.rounds() == 1 ? "1 round" : report.rounds() + " rounds") + ":");
        reaches(out, BenchProgram.LIBRARY, BenchProgram.BARE_BATCHES);
        reaches(out, BenchProgram.LIBRARY, BenchProgram.BARE_BATCHES_LOCKING);
        out.println("  with the group journal "
                + percent(report.share(BenchProgram.LIBRARY_GROUP_JOURNAL, BenchProgram.BARE_BATCHES)) + " of "
                + BenchProgram.BARE_BATCHES.title(report.plan()));
        reaches(out, BenchProgram.LIBRARY_ONE_ORDER, BenchProgram.BARE_ONE_ORDER_THREADS);
        out.println();
        report.verdicts().forEach((name, verdict) -> out.println(name + ": " + verdict));
        out.println();
        TextTable settings = new TextTable("setting", "value");
        report.environment().addTo(settings);
        settings.print(out);
        out.flush();
    }

    private TextTable programs() {
        TextTable table = new TextTable(
                "orders per second", "median", "lowest", "highest", "per CPU-second", "share of the ceiling");
        for (BenchProgram program : BenchProgram.values()) {
            double[] rates = report.rates(program);
            table.row(
                    program.title(report.plan()),
                    whole(BenchReport.median(rates)),
                    whole(Arrays.stream(rates).min().orElse(Double.NaN)),
                    whole(Arrays.stream(rates).max().orElse(Double.NaN)),
                    whole(BenchReport.median(report.efficiencies(program))),
                    percent(report.share(program, BenchProgram.BARE_BATCHES)));
        }
        return table;
    }

    private void reaches(PrintWriter out, BenchProgram program, BenchProgram of) {
        out.println("  " + percent(report.share(program, of)) + " of " + of.title(report.plan())
                + (program == BenchProgram.LIBRARY ? "" : ", which were accepted before"));
    }

    static String whole(double value) {
        return Double.isNaN(value) ? "-" : Rounded.count(Math.round(value));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}

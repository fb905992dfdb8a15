package io.orderflow.examples.loadtest.report;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A report as Markdown. Charts stand there in words. */
final class MarkdownPage {
    private static final String LINE = "\n";

    private final StringBuilder text = new StringBuilder();

    private MarkdownPage() {}

    static String of(ReportContent content) {
        MarkdownPage page = new MarkdownPage();
        page.line("# " + cell(content.title()) + ": " + (content.passed() ? "passed" : "FAILED"));
        page.line("");
        page.table(new Block.Table(
                List.of("verdict", "state", "figures"),
                content.verdicts().stream()
                        .map(v -> List.of(v.name(), v.state().toString(), v.detail()))
                        .toList()));
        content.sections().forEach(page::section);
        return page.text.toString();
    }

    private void section(Section section) {
        line("");
        line("## " + cell(section.title()));
        line("");
        for (Block block : section.blocks()) {
            if (block instanceof Block.Table table) {
                table(table);
            } else if (block instanceof Block.Picture picture) {
                line("- " + cell(picture.chart().inWords()));
            } else if (block instanceof Block.Unmeasured missing) {
                line("- Missing: " + cell(missing.what()) + ", because: " + cell(missing.reason()));
            }
        }
    }

    private void table(Block.Table table) {
        row(table.header());
        row(Collections.nCopies(table.header().size(), "---"));
        table.rows().forEach(this::row);
        // a list straight after a table would be a row of it
        line("");
    }

    private void row(List<String> cells) {
        line(cells.stream().map(MarkdownPage::cell).collect(Collectors.joining(" | ", "| ", " |")));
    }

    /** Text that can neither end a cell nor become HTML. */
    private static String cell(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replaceAll("\\p{Cntrl}+", " ");
    }

    private void line(String line) {
        text.append(line).append(LINE);
    }
}

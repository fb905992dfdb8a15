package io.orderflow.examples.loadtest.report;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.counting.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder that a report is written to: {@code report.html}, {@code report.md} and {@code report.json}. Not
 * thread-safe.
 */
public final class ReportFolder {
    private static final String HTML = "report.html";
    private static final String MARKDOWN = "report.md";
    private static final String JSON = "report.json";

    private final Path folder;

    private ReportFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder if it is not there, and checks that the three files can be written, before a run that may take
     * long. Files that are there keep what they hold until {@link #write}.
     *
     * @throws ProgramException if the folder cannot be made or a file in it cannot be written; names the file
     */
    public static ReportFolder open(Path folder) {
        requireNonNull(folder, "folder");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed(folder, e);
        }
        for (String name : List.of(HTML, MARKDOWN, JSON)) {
            check(folder.resolve(name));
        }
        return new ReportFolder(folder);
    }

    private static void check(Path file) {
        try {
            if (Files.exists(file)) {
                if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
                    throw new IOException("not a file that can be written");
                }
            } else {
                Files.createFile(file);
                Files.delete(file);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Writes the three files over those of an earlier run.
     *
     * @param title the report's heading
     * @param result what is reported
     * @param timeline of the measured stretch, closed
     * @throws ProgramException if a file cannot be written; names it
     */
    public void write(String title, LoadResult result, Timeline timeline) {
        List<Sample> samples = timeline.samples();
        write(JSON, JsonOutput.of(result.with(samples)) + "\n");
        ReportContent content = ReportContent.of(title, result, samples);
        write(MARKDOWN, MarkdownPage.of(content));
        write(HTML, HtmlPage.of(content));
    }

    private void write(String name, String text) {
        Path file = folder.resolve(name);
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static ProgramException failed(Path file, IOException e) {
        return new ProgramException("--report cannot write " + file + ": " + e, e);
    }

    /** The page for people. */
    public Path page() {
        return folder.resolve(HTML);
    }
}

package io.orderflow.examples.deadletters;

import io.orderflow.OpenedDeadLetter;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.LetterJson;
import io.orderflow.examples.common.NewFile;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program {@code deadletters show}. */
@Command(
        name = "show",
        description = {
            "Shows a dead letter with its bytes and what they say.",
            "The order that it is about is shown as it is now: the one that is parked, or, for a CONFLICT, the one"
                    + " that won.",
            ""
        },
        footer = {
            "",
            "The options of the queue are taken and change nothing: dead letters are in the database.",
            "Exit code 0: it was shown; 1: it is not there, or could not be; 2: wrong options."
        })
public final class ShowAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Parameters(paramLabel = "ID", description = "The dead letter, by its 64 hexadecimal digits.")
    private String id;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the bytes that are kept to this file, which must not be there yet.")
    private Optional<Path> file;

    @Mixin
    private LetterShopOptions shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ShowAction() {}

    @Override
    public Integer call() {
        LetterIds.check(spec, id);
        OpenedDeadLetter opened = shop.look(office -> office.find(id))
                .orElseThrow(() -> new ProgramException("there is no dead letter " + id));
        file.ifPresent(path -> NewFile.write("--out", path, opened.bytes()));
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(LetterJson.opened(opened, Instant.now())));
        } else {
            LetterText.print(opened, out, Instant.now());
            file.ifPresent(path -> out.println("  " + opened.bytes().length + " bytes written to " + path));
        }
        out.flush();
        return ExitCode.OK;
    }
}

package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.LetterJson;
import io.orderflow.examples.common.Paging;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code deadletters list}. */
@Command(
        name = "list",
        description = {"Lists dead letters, newest first, without their bytes.", ""},
        footer = {
            "",
            "The options of the queue are taken and change nothing: dead letters are in the database.",
            "Exit code 0: they were listed, also when there are none; 1: they could not be; 2: wrong options."
        })
public final class ListAction implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private FilterOptions filterOptions;

    @Mixin
    private Paging paging;

    @Mixin
    private LetterShopOptions shop;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ListAction() {}

    @Override
    public Integer call() {
        PageRequest wanted = paging.page();
        DeadLetterFilter filter = filterOptions.filter();
        Page<DeadLetter> page = shop.look(office -> office.page(filter, wanted));
        PrintWriter out = spec.commandLine().getOut();
        Instant now = Instant.now();
        if (json.isGiven()) {
            out.println(JsonOutput.of(LetterJson.page(page, now)));
        } else {
            print(page, out, now);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void print(Page<DeadLetter> page, PrintWriter out, Instant now) {
        page.entries().forEach(letter -> LetterText.print(letter, out, now));
        if (page.entries().isEmpty()) {
            out.println("  no dead letters");
        }
        page.next().ifPresent(next -> out.println("  more: --after " + next));
    }
}

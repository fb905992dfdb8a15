package io.orderflow.examples.common;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The option to take orders that other programs write as JSON. A mixin of the programs that decide until they are
 * stopped.
 */
public final class JsonOrderOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--accept-json",
            description = "Take orders that programs without the library put into the queue, as messages of JSON."
                    + " docs/celery.md has their format.")
    private boolean accept;

    /** Made by the command line. */
    public JsonOrderOption() {}

    /**
     * The queue as this option wants it; only one of the two is to be closed.
     *
     * @throws ParameterException if no other program can write to the queue
     */
    public ShopQueue applyTo(ShopQueue queue) {
        if (accept && !queue.isShared()) {
            throw new ParameterException(program.commandLine(), "--accept-json has no effect with --queue memory");
        }
        return accept ? queue.acceptingJson() : queue;
    }
}

package io.orderflow.examples.common;

import picocli.CommandLine.Option;

/** The option that asks for JSON in place of text. A mixin of the programs whose result is short. */
public final class JsonFlag {
    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    /** Made by the command line. */
    public JsonFlag() {}

    /** Whether the person asked for JSON. */
    public boolean isGiven() {
        return json;
    }
}

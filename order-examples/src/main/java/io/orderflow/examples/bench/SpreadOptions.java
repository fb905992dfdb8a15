package io.orderflow.examples.bench;

import picocli.CommandLine.Option;

/** The options that say over how much the orders are spread. A mixin of the programs with bare JDBC. */
final class SpreadOptions {
    @Option(
            names = "--products",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Products that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int products;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Buyers that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int buyers;

    int products() {
        return products;
    }

    int buyers() {
        return buyers;
    }
}

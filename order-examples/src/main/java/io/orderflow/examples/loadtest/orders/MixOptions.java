package io.orderflow.examples.loadtest.orders;

import io.orderflow.examples.common.GivenOnCommandLine;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options about which orders are submitted. */
public final class MixOptions {
    @Option(
            names = "--products",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Products that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int products;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Buyers that the orders are spread over. Default: ${DEFAULT-VALUE}")
    private int buyers;

    @Option(
            names = "--skew",
            paramLabel = "SKEW",
            description = {
                "How the orders are spread over the products: uniform; zipf, the product of rank k"
                        + " 1/k times as often as the first; hot, all on one product. Default: uniform"
            })
    private Optional<Skew> skew;

    @Option(names = "--hot", description = "The same as --skew hot.")
    private boolean hot;

    @Option(
            names = "--stock",
            paramLabel = "N",
            description = "Pieces of each product when measuring begins. Default: more than can be sold")
    private Optional<Long> stock;

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Lines of each order, one piece each: a number, or a range such as 1..5. Default: ${DEFAULT-VALUE}")
    private String lines;

    @Option(
            names = "--poor-buyers",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the buyers who can pay for nothing, 0 to 1; their orders are rejected. Default: none")
    private double poorBuyers;

    @Option(
            names = "--external",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the orders that no wallet pays, 0 to 1. Default: none")
    private double external;

    @Option(
            names = "--holds",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the orders that hold what they took, 0 to 1; each is confirmed when its verdict is "
                    + "known. Default: none")
    private double holds;

    @Option(
            names = "--urgent",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the orders that are urgent, 0 to 1; how long these and the others took to their "
                    + "verdicts is told apart. Default: none")
    private double urgent;

    @Option(
            names = "--keys",
            paramLabel = "SHARE",
            arity = "0..1",
            defaultValue = "0",
            fallbackValue = "1",
            description = "Share of the orders with an idempotency key, 0 to 1; all of them when no share is given. "
                    + "Default: none")
    private double keys;

    @Option(
            names = "--replays",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the orders whose request is submitted again once it was accepted, 0 to 1. Default: none")
    private double replays;

    @Option(
            names = {"--random-seed", "--seed"},
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Start of every random choice: the same seed gives the same orders. Default: ${DEFAULT-VALUE}")
    private long randomSeed;

    /**
     * Reads the options.
     *
     * @param given says what came from the command line itself
     * @throws IllegalArgumentException if they contradict each other or are out of range; the message begins with an
     *     option
     */
    public Mix mix(GivenOnCommandLine given) {
        boolean allOnOne = given.wins("--hot", hot, "--skew", skew.isPresent());
        Optional<Skew> chosen = given.wins("--skew", skew.isPresent(), "--hot", hot) ? skew : Optional.empty();
        if (allOnOne && chosen.isPresent() && chosen.get() != Skew.HOT) {
            throw new IllegalArgumentException("skew must be hot or not be given with --hot: "
                    + chosen.get().name().toLowerCase(Locale.ROOT));
        }
        Skew effective = allOnOne ? Skew.HOT : chosen.orElse(Skew.UNIFORM);
        return new Mix(effective, LineRange.parse(lines), keys, poorBuyers, replays, external, holds, urgent);
    }

    /**
     * Reads the options.
     *
     * @param given says what came from the command line itself
     * @throws IllegalArgumentException if they contradict each other or are out of range; the message begins with an
     *     option
     */
    public OrderPlan orderPlan(GivenOnCommandLine given) {
        OptionalLong pieces = stock.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        return new OrderPlan(products, buyers, pieces, mix(given), randomSeed);
    }
}

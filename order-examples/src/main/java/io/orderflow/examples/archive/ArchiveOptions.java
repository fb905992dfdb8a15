package io.orderflow.examples.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.examples.common.Ages;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what is archived, and how fast. */
public final class ArchiveOptions {
    private static final String OLDER_THAN = "--older-than";
    private static final String KEYS_FOR = "--keys-for";
    private static final int MOST_DAYS = 36_525;
    private static final int FASTEST = 1_000_000;
    private static final int LARGEST_PIECE = 500;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = OLDER_THAN,
            paramLabel = "AGE",
            defaultValue = "90d",
            description = "Archive orders whose decision and changes are all older, by the database's clock: 24h or"
                    + " 90d, 1d at least. It must be longer than a message can come again from the queue."
                    + " Default: ${DEFAULT-VALUE}")
    private String olderThan;

    @Option(
            names = KEYS_FOR,
            paramLabel = "AGE",
            defaultValue = "365d",
            description = "How long an archived order's idempotency key stays known, so that the same request is no"
                    + " second order. 0d keeps none. Default: ${DEFAULT-VALUE}")
    private String keysFor;

    @Option(
            names = "--keep-all-ids",
            description = "Keep every order's id known as a key is: for shops that give orders UUIDs of version 7 of"
                    + " their own.")
    private boolean keepAllIds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Most orders in a second. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(
            names = "--piece",
            paramLabel = "N",
            defaultValue = "500",
            description = "Most orders that are written and then deleted at once, in one short transaction."
                    + " Default: ${DEFAULT-VALUE}, which is the most")
    private int piece;

    /** Made by the command line. */
    public ArchiveOptions() {}

    /**
     * What they mean.
     *
     * @throws ParameterException if one cannot be used
     */
    ArchiveConfig config() {
        Duration age = age(OLDER_THAN, olderThan, 1);
        Duration keys = age(KEYS_FOR, keysFor, 0);
        if (keepAllIds && keys.isZero()) {
            throw wrong("--keep-all-ids has no effect with " + KEYS_FOR + " " + keysFor);
        }
        between("--rate", rate, FASTEST);
        between("--piece", piece, LARGEST_PIECE);
        return new ArchiveConfig(age, keys, keepAllIds, rate, piece);
    }

    private Duration age(String option, String text, int fewestDays) {
        Duration age = Ages.of(program, option, text);
        if (age.compareTo(Duration.ofDays(fewestDays)) < 0 || age.compareTo(Duration.ofDays(MOST_DAYS)) > 0) {
            throw wrong(option + " must be between " + fewestDays + "d and " + MOST_DAYS + "d: " + text);
        }
        return age;
    }

    private void between(String option, int value, int largest) {
        if (value < 1 || value > largest) {
            throw wrong(option + " must be between 1 and " + largest + ": " + value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}

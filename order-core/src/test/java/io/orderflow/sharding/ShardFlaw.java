package io.orderflow.sharding;

/** What may be wrong with a shard, to see whether the simulation finds it. */
enum ShardFlaw {
    NONE,
    /** A move that comes again is applied again. */
    APPLIES_TWICE,
    /** A move is sent once, and no row promises it. */
    SENDS_ONCE,
    /** All moves up to the highest number are acknowledged, those too that have not come. */
    ACKNOWLEDGES_THE_HIGHEST,
    /** A recall is answered while pieces of the home are on their way. */
    ANSWERS_EARLY,
    /** The home believes an answer whose pieces have not come. */
    COUNTS_EARLY,
    /** The home believes the answer of an older recall. */
    BELIEVES_OLD_ANSWERS,
    /** An ask that comes again is a new one to the home. */
    FORGETS_ASKS,
    /** The home gives to orders that have found their pieces elsewhere, and denies others. */
    GIVES_TO_NOBODY,
    /** The home gives while it recalls. */
    GIVES_MEANWHILE,
    /** The home denies an ask that came while the recall was under way. */
    DENIES_LATE_ASKS,
    /** The home denies on what it has itself. */
    ASKS_NOBODY,
    /** A rejected order keeps what was set aside for it. */
    KEEPS_PIECES
}

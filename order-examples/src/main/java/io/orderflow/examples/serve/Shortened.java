package io.orderflow.examples.serve;

/** What a caller sent, short enough to be sent back. */
final class Shortened {
    private static final int LONGEST = 60;

    private Shortened() {}

    static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "... (" + text.length() + " characters)";
    }
}

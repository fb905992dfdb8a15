package io.orderflow.page;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Who may look at a live page, and who may act on it. Immutable.
 *
 * <p>Without any token everybody may look whose request comes from this machine and asks for it by a name of this
 * machine ({@code localhost}, {@code 127.0.0.1}, {@code [::1]}); all others are refused. With a token nobody may
 * without one. Without {@code actToken} nobody may act. A front end on this machine can make requests of others look as
 * if they came from here, so set {@code lookToken} behind one.
 *
 * @param lookToken who has it may look
 * @param actToken who has it may look and act; without it nobody may act
 * @param lookers most streams at a time; 1 to 1,000
 */
public record PageConfig(Optional<String> lookToken, Optional<String> actToken, int lookers) {
    /** Fewest characters of a token. */
    public static final int SHORTEST_TOKEN = 16;

    /** Most characters of a token. */
    public static final int LONGEST_TOKEN = 255;

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** All defaults: no tokens, so this machine alone may look, and nobody may act. */
    public static PageConfig defaults() {
        return builder().build();
    }

    /**
     * Collects settings. Each setter refuses a value that breaks its rule with IllegalArgumentException. Not
     * thread-safe.
     */
    public static final class Builder {
        private Optional<String> lookToken = Optional.empty();
        private Optional<String> actToken = Optional.empty();
        private int lookers = 20;

        private Builder() {}

        /**
         * Whoever has this token may look: {@value #SHORTEST_TOKEN} to {@value #LONGEST_TOKEN} visible characters of
         * ASCII. Default none.
         */
        public Builder lookToken(String token) {
            this.lookToken = Optional.of(checked("lookToken", token));
            return this;
        }

        /**
         * Whoever has this token may look and act. It is as long as the other one, and not the same. Default none:
         * nobody may act.
         */
        public Builder actToken(String token) {
            this.actToken = Optional.of(checked("actToken", token));
            return this;
        }

        /** Most streams at a time. Default 20, smallest 1, largest 1,000. */
        public Builder lookers(int most) {
            checkLookers(most);
            this.lookers = most;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @throws IllegalArgumentException if the two tokens are the same
         */
        public PageConfig build() {
            return new PageConfig(lookToken, actToken, lookers);
        }
    }

    /**
     * Checks each value as the builder does.
     *
     * @throws IllegalArgumentException if a value breaks its rule, or the two tokens are the same
     */
    public PageConfig {
        lookToken.ifPresent(token -> checked("lookToken", token));
        actToken.ifPresent(token -> checked("actToken", token));
        checkLookers(lookers);
        if (lookToken.isPresent() && lookToken.equals(actToken)) {
            throw new IllegalArgumentException("actToken must not be the lookToken");
        }
    }

    /** Whether there is a token at all. */
    public boolean hasTokens() {
        return lookToken.isPresent() || actToken.isPresent();
    }

    /** The value is not in the message. */
    private static String checked(String name, String token) {
        int length = requireNonNull(token, name).length();
        if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN) {
            throw new IllegalArgumentException(name + " must have between " + SHORTEST_TOKEN + " and " + LONGEST_TOKEN
                    + " characters: " + length + " characters");
        }
        if (token.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw new IllegalArgumentException(
                    name + " must have visible characters of ASCII alone: another one is in it");
        }
        return token;
    }

    private static void checkLookers(int most) {
        if (most < 1 || most > 1_000) {
            throw new IllegalArgumentException("lookers must be between 1 and 1000: " + most);
        }
    }

    /** Whether there are tokens, and never which. */
    @Override
    public String toString() {
        return "PageConfig[lookToken=" + lookToken.map(token -> "given").orElse("none") + ", actToken="
                + actToken.map(token -> "given").orElse("none") + ", lookers=" + lookers + "]";
    }
}

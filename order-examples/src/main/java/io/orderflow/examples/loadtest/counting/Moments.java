package io.orderflow.examples.loadtest.counting;

/** Hears, order by order, that something was accepted or decided. Any number of threads may call it at once. */
public interface Moments {
    /** Hears nothing. */
    Moments NONE = new Moments() {
        @Override
        public void accepted(long nanos) {}

        @Override
        public void decided(long nanos) {}

        @Override
        public void decidedUnheard() {}
    };

    /**
     * An order was accepted.
     *
     * @param nanos time from its submission to the answer
     */
    void accepted(long nanos);

    /**
     * The verdict of an order was heard.
     *
     * @param nanos time from its submission to the verdict
     */
    void decided(long nanos);

    /**
     * An answer that is no acceptance.
     *
     * @param answer its name, for example overloaded; the same order may get several
     */
    default void refused(String answer) {}

    /**
     * The verdict that was heard or found is a rejection.
     *
     * @param reason its name
     */
    default void rejected(String reason) {}

    /** The verdict of an order was found although nobody told it, so that its time is not known. */
    void decidedUnheard();
}

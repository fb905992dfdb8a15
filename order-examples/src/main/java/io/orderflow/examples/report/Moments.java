package io.orderflow.examples.report;

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

    /** The verdict of an order was found although nobody told it, so that its time is not known. */
    void decidedUnheard();
}

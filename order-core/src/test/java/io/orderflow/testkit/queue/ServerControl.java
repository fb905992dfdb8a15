package io.orderflow.testkit.queue;

/** A server of the test's own, to be harmed. Each method returns when what it says is so. */
public interface ServerControl {
    /** Ends the server as {@code kill -9} does. */
    void kill() throws Exception;

    /** Starts the killed server on what it had stored; it takes connections again. */
    void restart() throws Exception;

    /** Stops the server as {@code SIGSTOP} does: connections stay, nothing is answered. */
    void freeze() throws Exception;

    /** Lets the frozen server go on. */
    void thaw() throws Exception;

    /**
     * Changes the running server's settings so that a stored message may be lost when it dies.
     *
     * @return false if this kind of queue has no such setting
     */
    boolean weaken() throws Exception;

    /** Makes the server as it was before the test: running, with its first settings. Called after each test. */
    void heal() throws Exception;
}

package io.orderflow.examples.serve;

/**
 * What a program waits for before it can work. Immutable.
 *
 * @param publicly for callers over HTTP: nothing that a driver said, since that may name servers, users and schemas
 * @param inFull for the one that runs the program
 */
record Missing(String publicly, String inFull) {
    /** Before anything was tried. */
    static final Missing CONTACT = of("the first contact with the database");

    /** What everybody may know. */
    static Missing of(String what) {
        return new Missing(what, what);
    }

    /** A database that cannot be used. */
    static Missing database(String why) {
        return new Missing("the database and its tables; the log says more", why);
    }
}

package io.orderflow.queue;

/** How bad a finding is. In the order of their constants the last one is the worst. */
public enum Severity {
    /** Worth knowing: something was not looked at, or is a matter of choice. */
    NOTE,
    /** Orders are safe, but something is slow, or goes wrong on a bad day. */
    WARNING,
    /** What was accepted can be lost or wrong, or orders cannot be accepted or decided. */
    ERROR
}

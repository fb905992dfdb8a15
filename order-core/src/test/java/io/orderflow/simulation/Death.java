package io.orderflow.simulation;

/**
 * Ends whoever runs when it is thrown: a process that is killed at this very point. An error of the virtual machine,
 * since all else that a connection throws is taken for the host's pool, and the worker goes on.
 */
final class Death extends VirtualMachineError {
    private static final long serialVersionUID = 1L;

    Death() {
        super("killed");
    }

    /** Thrown often, and its trace says nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

package io.orderflow.examples.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where to listen, as the command line has it. */
final class ListenHost {
    private ListenHost() {}

    /**
     * The address that is meant.
     *
     * @throws ParameterException if there is none; some would take an empty one for loopback, others refuse it later
     */
    static InetAddress of(CommandSpec program, String option, String host) {
        try {
            if (!host.isBlank()) {
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException e) {
            // refused below, like none
        }
        throw new ParameterException(
                program.commandLine(),
                option + " must be an address of this machine: " + (host.isBlank() ? "'" + host + "'" : host));
    }
}

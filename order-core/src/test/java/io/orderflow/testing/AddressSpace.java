package io.orderflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much address space this JVM has, and may have, on Linux: for programs of their own. */
public final class AddressSpace {
    private static final Path STATUS = Path.of("/proc/self/status");

    private AddressSpace() {}

    /** How many bytes it has now. */
    public static long size() throws IOException {
        String line = Files.readAllLines(STATUS).stream()
                .filter(each -> each.startsWith("VmSize:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    /** Gives it so many bytes at most from now on; what is above that it keeps, and gets no more. */
    public static void limit(long bytes) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        int exit = new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--as=" + bytes + ":")
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("prlimit ended with " + exit);
        }
    }
}

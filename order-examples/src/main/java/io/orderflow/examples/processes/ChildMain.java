package io.orderflow.examples.processes;

import io.orderflow.examples.Main;
import java.io.IOException;
import java.io.InputStream;
import org.jline.utils.Signals;

/** The main class of a {@link ChildProgram}: ends when its standard input does, so also when its parent is killed. */
final class ChildMain {
    private ChildMain() {}

    public static void main(String[] args) {
        Thread watch = new Thread(ChildMain::exitWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        // Ctrl-C reaches every process of a terminal: the parent decides when this one ends
        Signals.register("INT", () -> {});
        Main.main(args);
    }

    private static void exitWithParent() {
        try (InputStream in = System.in) {
            while (in.read() >= 0) {
                // nobody writes; what counts is the end
            }
        } catch (IOException e) {
            // as good as its end
        }
        System.exit(0);
    }
}

package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A command line in a report")
class AboutTest {
    @Test
    @DisplayName("has what was given, without passwords")
    void commandLine() {
        assertEquals(
                "order-examples loadtest --db jdbc:mysql://h/shop --queue=redis://h --rate 5 --name 'a b'",
                About.commandLine(List.of(
                        "loadtest",
                        "--db",
                        "jdbc:mysql://u:s3cret@h/shop?password=s3cret",
                        "--queue=redis://:s3cret@h",
                        "--rate",
                        "5",
                        "--name",
                        "a b")));
        assertEquals(
                "order-examples loadtest --db embedded:/tmp/x --queue memory --http self",
                About.commandLine(
                        List.of("loadtest", "--db", "embedded:/tmp/x", "--queue", "memory", "--http", "self")));
        for (List<String> arguments : List.of(
                List.of("--db", "u:s3cret@h"),
                List.of("--db=jdbc:mysql://(host=h,password=s3cret)/x"),
                List.of("--http", "http://u:s3cret@h:8080"),
                List.of("--java-options", "-Djavax.net.ssl.keyStorePassword=s3cret -Xmx1g"),
                List.of("--java-options=-Dx=jdbc:mysql://u:s3cret@h/x"),
                List.of("--nonsense", "redis://:s3cret@h"))) {
            assertFalse(About.commandLine(arguments).contains("s3cret"), arguments.toString());
        }
    }
}

package io.orderflow.examples.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A caller that sends bytes as they are, also such as no client library sends. Used by one thread. */
final class RawHttp implements AutoCloseable {
    /** Longest wait for something to come; a test that needs all of it fails. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final Socket socket;
    private final InputStream in;

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) BOUND.toMillis());
        in = socket.getInputStream();
    }

    RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Whatever comes up to the end of one answer's head; empty when the connection ends before. */
    String head() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            read.write(next);
            String text = read.toString(StandardCharsets.ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
        }
        return "";
    }

    /** Everything up to the end of the connection. */
    String all() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Everything up to the end of the connection, when the request says that it is the last one. */
    static String answer(int port, String request) throws IOException {
        try (RawHttp raw = new RawHttp(port)) {
            return raw.send(request).all();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.orderflow.examples.embed;

import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The live page in a host's own HTTP server, here the one of the JDK, below /shop. */
public final class PageMain {
    private static final String MOUNT = "/shop";

    private PageMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            // sample: begin
            LivePage page = orders.page(PageConfig.defaults()); // this machine looks; tokens let others look, and act
            server.createContext(MOUNT, exchange -> PageExchange.answer(exchange, MOUNT, page));
            // sample: end
            server.start();
            look(server.getAddress().getPort());
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static void look(int port) throws IOException, InterruptedException {
        HttpClient browser = HttpClient.newHttpClient();
        URI address = URI.create("http://127.0.0.1:" + port + MOUNT + "/");
        var page = browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        System.out.println(page.statusCode() + " "
                + page.headers().firstValue("Content-Type").orElseThrow());
        HttpRequest stream =
                HttpRequest.newBuilder(address.resolve("page/stream")).build();
        try (var lines = browser.send(stream, BodyHandlers.ofLines()).body()) {
            System.out.println(lines.filter(line -> line.equals("event: state"))
                    .findFirst()
                    .orElseThrow());
        } catch (UncheckedIOException e) {
            System.out.println("the stream broke off: " + e.getMessage());
        }
    }
}

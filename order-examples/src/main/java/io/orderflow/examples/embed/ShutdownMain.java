package io.orderflow.examples.embed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.WorkerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Ends in the right order: what asks for orders, then who takes and decides them, then what they need. */
public final class ShutdownMain {
    private ShutdownMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        HikariDataSource pool = Database.open(args);
        OrderSchema.of(pool).createOrUpgrade(); // here, so that no buyer waits for it
        OrderProcessor orders = OrderProcessor.builder(pool).build().start();
        orders.workers(WorkerConfig.defaults()).start();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/orders/", exchange -> take(orders, exchange));
        http.start();

        URI cart = URI.create("http://localhost:" + http.getAddress().getPort() + "/orders/cart-77");
        HttpRequest request = HttpRequest.newBuilder(cart).build();
        int code = HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
        System.out.println("order cart-77: " + code);
        close(http, threads, orders, pool); // a server calls this in a shutdown hook
    }

    private static void take(OrderProcessor orders, HttpExchange exchange) throws IOException {
        String cart = exchange.getRequestURI().getPath().substring("/orders/".length());
        OrderRequest request =
                OrderRequest.of(7).line(1, 2).idempotencyKey(cart).build();
        int code = switch (orders.submit(request).outcome()) {
            case ACCEPTED, DUPLICATE -> 202;
            case CONFLICT -> 422;
            case OVERLOADED, UNAVAILABLE, UNKNOWN -> 503; // the same request again is safe
        };
        exchange.sendResponseHeaders(code, -1);
        exchange.close();
    }

    private static void close(HttpServer http, ExecutorService threads, OrderProcessor orders, HikariDataSource pool) {
        http.stop(1); // no new request; those under way have a second
        threads.shutdown();
        System.out.println("web server closed");
        // answers those who wait, finishes the batches in work, ends its workers; the rest waits in the database
        orders.close();
        System.out.println("processor closed");
        // last, since the processor works with it until it is closed; a queue closes before the pool
        pool.close();
        System.out.println("pool closed");
    }
}

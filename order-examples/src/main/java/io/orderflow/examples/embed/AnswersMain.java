package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.SubmitResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;

/** Every answer of {@code submit}, and what a shop says to its buyer then. */
public final class AnswersMain {
    private AnswersMain() {}

    static String answer(SubmitResult result) {
        // sample: begin
        return switch (result.outcome()) {
            case ACCEPTED -> "taken: " + result.orderId();
            case DUPLICATE -> "taken before: " + result.orderId();
            case CONFLICT -> "this key stands for another order: " + result.orderId();
            case OVERLOADED -> "too busy, try again in " + result.retryAfter();
            case UNAVAILABLE -> "not taken, try again in " + result.retryAfter();
            case UNKNOWN -> "taken or not, submit the same request again: " + result.orderId();
        };
        // sample: end
    }

    public static void main(String[] args) throws SQLException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .submitTimeout(Duration.ofMillis(900))
                        .journalTimeout(Duration.ofMillis(800))
                        .build()) {
            OrderSchema.of(pool).createOrUpgrade(); // here, so that the first answer need not wait for it
            orders.start();
            System.out.println(answer(orders.submit(request("cart-1", 2))));
            System.out.println(answer(orders.submit(request("cart-1", 2))));
            System.out.println(answer(orders.submit(request("cart-1", 3))));
            try (Connection other = pool.getConnection()) {
                other.setAutoCommit(false);
                orders.place(other, request("cart-2", 2)); // and does not say yet whether it commits
                System.out.println(answer(orders.submit(request("cart-2", 2))));
                other.rollback();
            }
        }
        withoutDatabase();
    }

    /** One submission is in the buffer, one waits in line for it, and there is no room for a third. */
    private static void withoutDatabase() {
        try (HikariDataSource nowhere = Database.open("jdbc:mysql://localhost:1/shop");
                OrderProcessor orders = OrderProcessor.builder(nowhere)
                        .bufferCapacity(1)
                        .build()
                        .start()) {
            Stream.of("cart-3", "cart-4", "cart-5")
                    .map(key -> orders.submitAsync(request(key, 1)))
                    .toList()
                    .forEach(result -> System.out.println(answer(result.join())));
        }
    }

    private static OrderRequest request(String key, int pieces) {
        return OrderRequest.of(7).line(1, pieces).idempotencyKey(key).build();
    }
}

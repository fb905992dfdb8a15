package io.orderflow.examples.embed;

// sample: begin
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.testkit.TestShop;
import io.orderflow.testkit.UnreliableQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shop's own code, tested against the library itself: a shop of its own for each test, no mock and no sleep. */
class CheckoutTest {
    /** The shop's own code: takes a cart, and sends mail. */
    private record Checkout(OrderProcessor orders) {
        SubmitOutcome buy(String cart, int pieces) {
            OrderRequest.Builder request = OrderRequest.of(7).line(1, pieces);
            return orders.submit(request.idempotencyKey(cart).build()).outcome();
        }
    }

    private record Mailer(List<String> sent) implements OrderListener {
        @Override
        public void decided(List<Decision> decisions) {
            decisions.forEach(decision -> sent.add(decision.rejectReason()
                    .map(reason -> "sorry: " + reason)
                    .orElse("thank you, that was " + decision.total())));
        }
    }

    private final Mailer mailer = new Mailer(new CopyOnWriteArrayList<>());
    private final UnreliableQueue queue = UnreliableQueue.byHand();
    private final TestShop shop =
            TestShop.open(options -> options.listener(mailer).queue(queue));
    private final Checkout checkout = new Checkout(shop.processor());

    @BeforeEach
    void stock() {
        shop.product(1, 250, 10).wallet(7, 2_000); // 10 pieces for 2.50 each; buyer 7 has 20.00
    }

    @AfterEach
    void close() {
        shop.assertSound(); // no cent and no piece is missing
        shop.close();
    }

    @Test
    void whoPressesTwicePaysOnce() {
        assertEquals(SubmitOutcome.ACCEPTED, checkout.buy("cart-1", 2));
        assertEquals(SubmitOutcome.DUPLICATE, checkout.buy("cart-1", 2));
        assertEquals(1, shop.decide());
        assertEquals(List.of("thank you, that was 500"), mailer.sent());
    }

    @Test
    void aMessageThatComesTwiceSendsOneMail() {
        queue.repeatNext();
        checkout.buy("cart-1", 11);
        shop.decide();
        assertEquals(List.of("sorry: INSUFFICIENT_STOCK"), mailer.sent());
    }

    @Test
    void anOrderWhoseMessageIsLostIsDecidedLater() {
        queue.loseNext();
        checkout.buy("cart-1", 2);
        assertEquals(0, shop.decideFromQueue());
        shop.clock().advance(Duration.ofSeconds(2));
        assertEquals(1, shop.recover());
        assertEquals(List.of("thank you, that was 500"), mailer.sent());
    }
}
// sample: end

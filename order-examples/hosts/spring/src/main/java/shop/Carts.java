package shop;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The shop's own table: a cart is closed and its order placed in one transaction, both or neither. */
@Service
class Carts {
    /** What somebody wants to buy. */
    record Cart(long id, long buyer, long product, int quantity) {}

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final OrderProcessor orders;

    Carts(JdbcClient jdbc, JdbcTemplate template, OrderProcessor orders) {
        this.jdbc = jdbc;
        this.template = template;
        this.orders = orders;
    }

    @Transactional
    public void open(Cart cart) {
        jdbc.sql("INSERT INTO cart (id, buyer, product, quantity) VALUES (:id, :buyer, :product, :quantity)")
                .paramSource(cart)
                .update();
    }

    @Transactional
    public PlaceResult checkOut(long id) {
        Cart cart = jdbc.sql("SELECT id, buyer, product, quantity FROM cart WHERE id = ? FOR UPDATE")
                .param(id)
                .query(Cart.class)
                .single();
        jdbc.sql("UPDATE cart SET closed = 1 WHERE id = ?").param(id).update();
        PlaceResult placed = place(OrderRequest.of(cart.buyer())
                .line(cart.product(), cart.quantity())
                .idempotencyKey("cart-" + id)
                .build());
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                orders.afterCommit();
            }
        });
        return placed;
    }

    /** On the connection of the transaction, which the template asks DataSourceUtils for. */
    private PlaceResult place(OrderRequest request) {
        return template.execute((ConnectionCallback<PlaceResult>) connection -> orders.place(connection, request));
    }
}

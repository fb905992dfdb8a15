package shop;

import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import io.orderflow.spring.TransactionalOrders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The shop's own table: a cart is closed and its order placed in one transaction, both or neither. */
@Service
class Carts {
    /** What somebody wants to buy. */
    record Cart(long id, long buyer, long product, int quantity) {}

    private final JdbcClient jdbc;
    private final TransactionalOrders orders;

    Carts(JdbcClient jdbc, TransactionalOrders orders) {
        this.jdbc = jdbc;
        this.orders = orders;
    }

    @Transactional
    public void open(Cart cart) {
        jdbc.sql("INSERT INTO cart (id, buyer, product, quantity) VALUES (:id, :buyer, :product, :quantity)")
                .paramSource(cart)
                .update();
    }

    // sample: begin
    @Transactional
    public PlaceResult checkOut(long id) {
        Cart cart = jdbc.sql("SELECT id, buyer, product, quantity FROM cart WHERE id = ? FOR UPDATE")
                .param(id)
                .query(Cart.class)
                .single();
        jdbc.sql("UPDATE cart SET closed = 1 WHERE id = ?").param(id).update();
        return orders.place(OrderRequest.of(cart.buyer())
                .line(cart.product(), cart.quantity())
                .idempotencyKey("cart-" + id)
                .build());
    }
    // sample: end
}

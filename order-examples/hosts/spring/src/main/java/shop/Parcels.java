package shop;

import io.orderflow.OrderEvent;
import io.orderflow.spring.OrderFeedListener;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** A parcel for each order that was completed. An event may come again, a parcel is there once. */
@Component
class Parcels {
    private final JdbcClient jdbc;

    Parcels(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    // sample: begin
    @OrderFeedListener("parcels")
    @Transactional
    public void pack(List<OrderEvent> events) {
        for (OrderEvent event : events) {
            if (event.type() == OrderEvent.Type.COMPLETED) {
                jdbc.sql("INSERT IGNORE INTO parcel (order_id) VALUES (?)")
                        .param(event.orderId().toString())
                        .update();
            }
        }
    }
    // sample: end
}

package shop;

import io.orderflow.InvalidOrderException;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.StoreUnavailableException;
import io.orderflow.SubmitResult;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes orders and shows what became of them. */
@RestController
@RequestMapping("/orders")
class OrderController {
    /** What the buyer sends. */
    record OrderBody(long buyer, List<LineBody> lines) {
        OrderBody {
            lines = lines == null ? List.of() : lines; // refused with the library's words
        }
    }

    /** One line of it. */
    record LineBody(long product, int quantity) {}

    /** What became of a submission. */
    record Answer(UUID order, String outcome) {}

    /** What became of an order. */
    record OrderView(UUID order, String status, String reason, long total) {
        static OrderView of(Order order) {
            String reason = order.rejectReason().map(Enum::name).orElse("");
            return new OrderView(order.id(), order.status().name(), reason, order.total());
        }
    }

    private final OrderProcessor orders;

    OrderController(OrderProcessor orders) {
        this.orders = orders;
    }

    /** The key makes it safe to send the same order again, after a time-out for example. */
    @PostMapping
    ResponseEntity<Answer> submit(@RequestHeader("Idempotency-Key") String key, @RequestBody OrderBody body) {
        OrderRequest.Builder request = OrderRequest.of(body.buyer()).idempotencyKey(key);
        body.lines().forEach(line -> request.line(line.product(), line.quantity()));
        SubmitResult result = orders.submit(request.build());
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(statusOf(result));
        if (!result.retryAfter().isZero()) {
            answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(result.retryAfter().toSeconds()));
        }
        return answer.body(new Answer(result.orderId(), result.outcome().name()));
    }

    @GetMapping("/{id}")
    ResponseEntity<OrderView> find(@PathVariable UUID id) {
        return ResponseEntity.of(orders.find(id).map(OrderView::of));
    }

    private static HttpStatus statusOf(SubmitResult result) {
        return switch (result.outcome()) {
            case ACCEPTED -> HttpStatus.ACCEPTED;
            case DUPLICATE -> HttpStatus.OK;
            case CONFLICT -> HttpStatus.CONFLICT;
            case OVERLOADED, UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNKNOWN -> HttpStatus.GATEWAY_TIMEOUT; // taken or not: send it again with the same key
        };
    }

    @ExceptionHandler
    ProblemDetail refused(InvalidOrderException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail away(StoreUnavailableException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "the database is away");
    }
}

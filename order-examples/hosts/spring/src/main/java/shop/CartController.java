package shop;

import io.orderflow.PlaceResult;
import java.util.UUID;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Carts over HTTP. */
@RestController
@RequestMapping("/carts")
class CartController {
    /** What became of a cart that was checked out. */
    record CheckedOut(UUID order, String outcome) {}

    private final Carts carts;

    CartController(Carts carts) {
        this.carts = carts;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    void open(@RequestBody Carts.Cart cart) {
        carts.open(cart);
    }

    @PostMapping("/{id}/checkout")
    CheckedOut checkOut(@PathVariable long id) {
        PlaceResult placed = carts.checkOut(id);
        return new CheckedOut(placed.orderId(), placed.getClass().getSimpleName());
    }

    @ExceptionHandler
    ProblemDetail missing(EmptyResultDataAccessException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "there is no such cart");
    }
}

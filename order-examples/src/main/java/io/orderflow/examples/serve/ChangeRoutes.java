package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmResult;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseResult;
import io.orderflow.StoreUnavailableException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What is done to an order that was accepted: {@code POST /orders/{id}/cancel}, {@code confirm}, {@code release} and
 * {@code refund}. The header {@code Idempotency-Key} is the reference. These wait for the database, so they share the
 * threads of what is looked at.
 */
final class ChangeRoutes {
    /** Largest body, in bytes: 100 lines take 5 KB. */
    static final int LARGEST_BODY = 16 * 1_024;

    private final OrderProcessor orders;
    private final Offload offload;

    ChangeRoutes(OrderProcessor orders, Offload offload) {
        this.orders = orders;
        this.offload = offload;
    }

    void register(Router router) {
        router.post("/orders/:id/cancel").handler(this::cancel);
        router.post("/orders/:id/confirm")
                .handler(context -> change(context, orders.changes()::confirm, ChangeRoutes::confirmed));
        router.post("/orders/:id/release")
                .handler(context -> change(context, orders.changes()::release, ChangeRoutes::released));
        router.post("/orders/:id/refund").handler(this::refund);
    }

    /** What needs nothing but an order and a reference. */
    private <T> void change(
            RoutingContext context, BiFunction<UUID, String, T> change, BiConsumer<HttpServerResponse, T> answer) {
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        String reference = reference(context.request());
        JsonBody.requireNone(context.request());
        answer(context, id, () -> change.apply(id, reference), answer);
    }

    /** With the order as its body also one that the database does not know. */
    private void cancel(RoutingContext context) {
        if (!JsonBody.isAnnounced(context.request())) {
            change(context, orders.changes()::cancel, ChangeRoutes::cancelled);
            return;
        }
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        take(context, OrderRoutes.LARGEST_BODY, (reference, body) -> cancel(context, id, reference, body));
    }

    private void cancel(RoutingContext context, UUID id, String reference, byte[] body) {
        Optional<OrderRequest> order = CancelBody.read(body);
        Optional<OrderRequest> posted = order.flatMap(request -> CancelBody.as(id, request));
        if (order.isPresent() && posted.isEmpty()) {
            Problem.otherKey(
                            id,
                            order.get().idempotencyKey().map(key -> order.get().id()))
                    .send(context.response());
            return;
        }
        CancelRequest asked = new CancelRequest(id, reference, posted);
        answer(context, id, () -> orders.changes().cancelAll(List.of(asked)).get(0), ChangeRoutes::cancelled);
    }

    private void refund(RoutingContext context) {
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        take(context, LARGEST_BODY, (reference, body) -> {
            RefundRequest asked = RefundBody.read(body, id, reference);
            answer(context, id, () -> orders.changes().refund(asked), ChangeRoutes::refunded);
        });
    }

    /** Takes a change's reference and its body. */
    private static void take(RoutingContext context, int largest, BiConsumer<String, byte[]> change) {
        new JsonPost(largest, Optional::empty, new JsonPost.Path() {
                    @Override
                    public void check(HttpServerRequest request) {
                        reference(request);
                    }

                    @Override
                    public void take(HttpServerRequest request, byte[] body) {
                        change.accept(reference(request), body);
                    }
                })
                .handle(context.request());
    }

    private static String reference(HttpServerRequest request) {
        return IdempotencyKey.from(request.headers().getAll(IdempotencyKey.HEADER))
                .orElseThrow(() -> new InvalidOrderException(
                        IdempotencyKey.HEADER, "nothing", "must be there: it is the reference of the change"));
    }

    /** What the database may have done is told as that: the same request again tells what it did. */
    private <T> void answer(
            RoutingContext context, UUID id, Supplier<T> change, BiConsumer<HttpServerResponse, T> answer) {
        Supplier<Runnable> work = () -> {
            try {
                T result = change.get();
                return () -> answer.accept(context.response(), result);
            } catch (StoreUnavailableException e) {
                HttpAnswers.outage(context.request(), e);
                return () -> Problem.changeUnknown(id).send(context.response());
            }
        };
        offload.answer(context, work, Runnable::run);
    }

    private static void cancelled(HttpServerResponse response, CancelResult result) {
        if (result instanceof CancelResult.Cancelled done) {
            done(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else if (result instanceof CancelResult.Duplicate done) {
            again(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else if (result instanceof CancelResult.TooLate late) {
            Problem.tooLate(late.orderId(), late.order().status()).send(response);
        } else if (result instanceof CancelResult.Parked) {
            Problem.tooLate(result.orderId(), OrderStatus.PARKED).send(response);
        } else if (result instanceof CancelResult.NotFound) {
            Problem.notFound("no order " + result.orderId()).send(response);
        } else if (result instanceof CancelResult.OtherContent) {
            Problem.otherContent(result.orderId()).send(response);
        } else if (result instanceof CancelResult.LimitExceeded) {
            Problem.accountFull(result.orderId()).send(response);
        } else {
            Problem.changeConflict(result.orderId()).send(response);
        }
    }

    private static void confirmed(HttpServerResponse response, ConfirmResult result) {
        if (result instanceof ConfirmResult.Confirmed done) {
            done(response, ShopJson.changed(done.orderId(), done.decision()));
        } else if (result instanceof ConfirmResult.Duplicate done) {
            again(response, ShopJson.changed(done.orderId(), done.decision()));
        } else if (result instanceof ConfirmResult.Expired late) {
            Problem.tooLate(late.orderId(), late.order().status()).send(response);
        } else if (result instanceof ConfirmResult.NotReserved other) {
            Problem.tooLate(other.orderId(), other.order().status()).send(response);
        } else if (result instanceof ConfirmResult.NotFound) {
            Problem.notFound("no order " + result.orderId()).send(response);
        } else {
            Problem.changeConflict(result.orderId()).send(response);
        }
    }

    private static void released(HttpServerResponse response, ReleaseResult result) {
        if (result instanceof ReleaseResult.Released done) {
            done(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else if (result instanceof ReleaseResult.Duplicate done) {
            again(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else if (result instanceof ReleaseResult.Expired late) {
            Problem.tooLate(late.orderId(), late.order().status()).send(response);
        } else if (result instanceof ReleaseResult.NotReserved other) {
            Problem.tooLate(other.orderId(), other.order().status()).send(response);
        } else if (result instanceof ReleaseResult.NotFound) {
            Problem.notFound("no order " + result.orderId()).send(response);
        } else if (result instanceof ReleaseResult.LimitExceeded) {
            Problem.accountFull(result.orderId()).send(response);
        } else {
            Problem.changeConflict(result.orderId()).send(response);
        }
    }

    private static void done(HttpServerResponse response, ObjectNode change) {
        HttpAnswers.json(response, 200, change);
    }

    private static void again(HttpServerResponse response, ObjectNode change) {
        response.putHeader(OrderRoutes.REPLAYED, "true");
        done(response, change);
    }

    private static void refunded(HttpServerResponse response, RefundResult result) {
        if (result instanceof RefundResult.Refunded done) {
            done(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else if (result instanceof RefundResult.Duplicate done) {
            again(response, ShopJson.changed(done.orderId(), done.decision(), done.amount()));
        } else {
            problem(result).send(response);
        }
    }

    private static Problem problem(RefundResult result) {
        UUID order = result.orderId();
        if (result instanceof RefundResult.NotCompleted other) {
            return Problem.tooLate(order, other.status());
        } else if (result instanceof RefundResult.MoreThanLeft more) {
            return Problem.moreThanLeft(order, more.left());
        } else if (result instanceof RefundResult.UnknownLine unknown) {
            return Problem.invalid(new InvalidOrderException(
                    "line", unknown.line(), "must be the index of a line of the order, from 0"));
        } else if (result instanceof RefundResult.LimitExceeded) {
            return Problem.accountFull(order);
        }
        return result instanceof RefundResult.NotFound
                ? Problem.notFound("no order " + order)
                : Problem.changeConflict(order);
    }
}

package io.orderflow.examples.serve;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.InvalidOrderException;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.LetterJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Dead letters: looked at, brought back, discarded. */
final class LetterRoutes {
    private static final int PAGE = 50;
    private static final String REASON = "reason";
    private static final List<String> PARAMETERS = List.of(REASON, "order", "from", "before", "limit", "after");

    private final DeadLetterOffice office;
    private final Offload offload;

    LetterRoutes(DeadLetterOffice office, Offload offload) {
        this.office = office;
        this.offload = offload;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/dead-letters/:id").handler(this::letter);
        HttpAnswers.look(router, "/dead-letters").handler(this::letters);
        router.post("/dead-letters/:id/redrive").handler(this::redrive);
        router.delete("/dead-letters/:id").handler(this::discard);
    }

    private void letters(RoutingContext context) {
        QueryText.allow(context.request(), PARAMETERS, REASON);
        DeadLetterFilter filter = filter(context);
        PageRequest page = new PageRequest(
                parameter(context, "limit", text -> (int) QueryText.number("limit", text, 1, PageRequest.LARGEST))
                        .orElse(PAGE),
                parameter(context, "after", Function.identity()));
        offload.answer(
                context,
                () -> LetterJson.page(pageOf(filter, page), Instant.now()),
                json -> HttpAnswers.json(context.response(), 200, json));
    }

    private Page<DeadLetter> pageOf(DeadLetterFilter filter, PageRequest page) {
        try {
            return office.page(filter, page);
        } catch (InvalidOrderException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidOrderException(
                    "after", Shortened.of(page.after().orElse("")), "must be the next of a page of dead letters");
        }
    }

    private static DeadLetterFilter filter(RoutingContext context) {
        List<String> reasons = context.request().params().getAll(REASON);
        DeadLetterFilter filter = DeadLetterFilter.ALL.withReasons(
                reasons.stream().distinct().map(LetterRoutes::reason).toArray(DeadLetterReason[]::new));
        filter = parameter(context, "order", text -> OrderRoutes.orderId("order", text))
                .map(filter::withOrder)
                .orElse(filter);
        filter = parameter(context, "from", text -> QueryText.time("from", text))
                .map(filter::withFrom)
                .orElse(filter);
        return parameter(context, "before", text -> QueryText.time("before", text))
                .map(filter::withBefore)
                .orElse(filter);
    }

    private static <T> Optional<T> parameter(RoutingContext context, String name, Function<String, T> reader) {
        return Optional.ofNullable(context.request().getParam(name)).map(reader);
    }

    private static DeadLetterReason reason(String text) {
        return Arrays.stream(DeadLetterReason.values())
                .filter(reason -> reason.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidOrderException(
                        "reason", Shortened.of(text), "must be one of " + Arrays.toString(DeadLetterReason.values())));
    }

    private void letter(RoutingContext context) {
        String id = context.pathParam("id");
        offload.answer(
                context,
                () -> office.find(id).map(opened -> LetterJson.opened(opened, Instant.now())),
                found -> found.ifPresentOrElse(
                        json -> HttpAnswers.json(context.response(), 200, json),
                        () -> Problem.notFound("no dead letter " + id).send(context.response())));
    }

    private void redrive(RoutingContext context) {
        change(context, office::redrive, (response, done) -> {
            String order = done.orderId().orElseThrow().toString();
            response.putHeader(HttpHeaders.LOCATION, OrderRoutes.PATH + "/" + order);
            HttpAnswers.send(response, 202, HttpAnswers.JSON, ShopJson.accepted(order));
        });
    }

    private void discard(RoutingContext context) {
        change(context, office::discard, (response, done) -> HttpAnswers.json(response, 200, LetterJson.result(done)));
    }

    /** Nobody is known by name here, so the log names the request. */
    private void change(
            RoutingContext context,
            BiFunction<String, String, DeadLetterResult> change,
            BiConsumer<HttpServerResponse, DeadLetterResult.Done> answer) {
        HttpServerResponse response = context.response();
        String id = context.pathParam("id");
        String by = "request " + RequestIds.of(response);
        offload.answer(context, () -> change.apply(id, by), result -> {
            if (result instanceof DeadLetterResult.Done done) {
                answer.accept(response, done);
            } else if (result instanceof DeadLetterResult.Refused refused) {
                Problem.letterRefused(refused).send(response);
            } else {
                Problem.notFound("no dead letter " + id + "; it may have been seen to before")
                        .send(response);
            }
        });
    }
}

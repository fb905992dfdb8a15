package io.orderflow.examples.serve;

import io.orderflow.Deciding;
import io.orderflow.examples.common.PauseJson;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Deciding of the whole shop: looked at, paused and resumed. */
final class DecidingRoutes {
    /** Largest body, in bytes: a reason and a name. */
    static final int LARGEST_BODY = 4 * 1_024;

    private final Deciding deciding;
    private final Offload offload;

    DecidingRoutes(Deciding deciding, Offload offload) {
        this.deciding = deciding;
        this.offload = offload;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/deciding").handler(this::show);
        router.post("/deciding/pause").handler(this::pause);
        router.post("/deciding/resume").handler(this::resume);
    }

    private void show(RoutingContext context) {
        offload.answer(
                context,
                () -> PauseJson.of(deciding.paused()),
                json -> HttpAnswers.json(context.response(), 200, json));
    }

    private void pause(RoutingContext context) {
        new JsonPost(LARGEST_BODY, Optional::empty, new JsonPost.Path() {
                    @Override
                    public void check(HttpServerRequest request) {
                        // nothing but the body says what is wanted
                    }

                    @Override
                    public void take(HttpServerRequest request, byte[] body) {
                        PauseBody asked = PauseBody.read(body, nameOf(context));
                        offload.answer(
                                context,
                                () -> PauseJson.of(Optional.of(deciding.pause(asked.by(), asked.reason()))),
                                json -> HttpAnswers.json(context.response(), 200, json));
                    }
                })
                .handle(context.request());
    }

    private void resume(RoutingContext context) {
        JsonBody.requireNone(context.request());
        String by = nameOf(context);
        offload.answer(
                context,
                () -> deciding.resume(by),
                ended -> HttpAnswers.json(context.response(), 200, PauseJson.of(Optional.empty())));
    }

    /** Nobody is known by name here, so the request stands for whoever sent it. */
    private static String nameOf(RoutingContext context) {
        return "request " + RequestIds.of(context.response());
    }
}

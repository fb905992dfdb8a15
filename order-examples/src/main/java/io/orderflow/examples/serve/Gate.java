package io.orderflow.examples.serve;

import io.vertx.core.http.HttpServerRequest;

/** What a request passes behind the front door, before a route sees it. Used by the event loop alone. */
interface Gate {
    /**
     * Lets a request through, or answers it.
     *
     * @param served what there is to ask for
     * @return whether it is through
     */
    boolean isOpen(HttpServerRequest request, RouteTable served);
}

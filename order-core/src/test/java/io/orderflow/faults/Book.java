package io.orderflow.faults;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What was submitted and what is known of it, from the submitter's side. Once an order was accepted no later answer
 * takes that back. Threadsafe.
 */
final class Book {
    /** What the submitter knows of an order; the later in this list, the more it binds. */
    private enum Known {
        REFUSED,
        UNKNOWN,
        ACCEPTED
    }

    private final Map<UUID, OrderRequest> requests = new LinkedHashMap<>();
    private final Map<UUID, Known> known = new HashMap<>();

    /** An order is about to be submitted by somebody who may not live to say what became of it. */
    synchronized void asked(OrderRequest request) {
        enter(request, Known.UNKNOWN);
    }

    /** Somebody was told that an order is accepted. */
    synchronized void accepted(OrderRequest request) {
        enter(request, Known.ACCEPTED);
    }

    /** An order was submitted and this is the answer. */
    synchronized void answered(OrderRequest request, SubmitResult result) {
        if (result instanceof SubmitResult.Accepted || result instanceof SubmitResult.Duplicate) {
            enter(request, Known.ACCEPTED);
        } else if (result instanceof SubmitResult.Unknown) {
            enter(request, Known.UNKNOWN);
        } else if (result instanceof SubmitResult.Overloaded || result instanceof SubmitResult.Unavailable) {
            enter(request, Known.REFUSED);
        } else {
            throw new AssertionError("no other content has the id of " + request + ": " + result);
        }
    }

    private void enter(OrderRequest request, Known now) {
        requests.put(request.id(), request);
        known.merge(request.id(), now, (before, later) -> before.compareTo(later) > 0 ? before : later);
    }

    /** The ids that were accepted. */
    synchronized Set<UUID> accepted() {
        return with(Known.ACCEPTED);
    }

    /** The ids that may be accepted or not. */
    synchronized Set<UUID> unknown() {
        return with(Known.UNKNOWN);
    }

    private Set<UUID> with(Known wanted) {
        Set<UUID> ids = new HashSet<>();
        known.forEach((id, now) -> {
            if (now == wanted) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** The requests whose fate is not known. */
    synchronized List<OrderRequest> unsettled() {
        return with(Known.UNKNOWN).stream().map(requests::get).toList();
    }

    @Override
    public synchronized String toString() {
        return with(Known.ACCEPTED).size() + " accepted, " + with(Known.UNKNOWN).size() + " unknown, "
                + with(Known.REFUSED).size() + " refused";
    }
}

package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.DatabaseReplication;
import io.orderflow.Health;
import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.Product;
import io.orderflow.Wallet;
import io.orderflow.examples.common.OrderJson;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The library's records as this application shows them. What is not known is left out, never null. */
final class ShopJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final String ACCEPTED_END = "\",\"status\":\"" + OrderStatus.PENDING.name() + "\"}";

    private ShopJson() {}

    /** The answer to most requests, hence not by way of a tree; an id and a name need no escaping. */
    static String accepted(String orderId) {
        return "{\"orderId\":\"" + orderId + ACCEPTED_END;
    }

    static ObjectNode changed(UUID order, long decision) {
        return NODES.objectNode().put("orderId", order.toString()).put("decision", decision);
    }

    static ObjectNode changed(UUID order, long decision, long amount) {
        return changed(order, decision).put("amount", amount);
    }

    static ObjectNode orders(Page<Order> page) {
        ObjectNode json = NODES.objectNode();
        ArrayNode orders = json.putArray("orders");
        page.entries().forEach(order -> orders.add(OrderJson.order(order)));
        page.next().ifPresent(next -> json.put("next", next));
        return json;
    }

    static ObjectNode product(Product product) {
        ObjectNode json = NODES.objectNode()
                .put("product", product.id())
                .put("unitPrice", product.unitPrice())
                .put("available", product.available());
        product.maxPerBuyer().ifPresent(most -> json.put("maxPerBuyer", most));
        return json;
    }

    static ObjectNode wallet(Wallet wallet) {
        return NODES.objectNode().put("buyer", wallet.buyer()).put("balance", wallet.balance());
    }

    static ObjectNode alive() {
        return NODES.objectNode().put("status", Health.Status.UP.name());
    }

    static ObjectNode health(Health health, Health.Status status, Optional<String> waitingFor) {
        ObjectNode json = NODES.objectNode();
        json.put("status", status.name());
        waitingFor.ifPresent(what -> json.put("waitingFor", what));
        ArrayNode checks = json.putArray("checks");
        for (Health.Check check : health.checks()) {
            ObjectNode shown = checks.addObject()
                    .put("name", check.name())
                    .put("status", check.status().name());
            if (HealthMeters.Part.of(check) == HealthMeters.Part.FEEDS) {
                // made of the tables' figures alone; others may have what a driver says
                shown.put("detail", check.detail());
            }
        }
        put(json, "lastPoll", health.lastPoll());
        put(json, "lastCommit", health.lastCommit());
        json.put("waiting", health.waiting());
        json.put("outbox", health.outbox());
        json.put("unpublished", health.unpublished());
        health.replication().ifPresent(replication -> json.set("replication", replication(replication)));
        return json;
    }

    private static ObjectNode replication(DatabaseReplication replication) {
        ObjectNode json = NODES.objectNode()
                .put("degree", replication.degree().name())
                .put("onAnotherServer", replication.degree().onAnotherServer());
        replication.replicas().ifPresent(replicas -> json.put("replicas", replicas));
        replication.timeout().ifPresent(timeout -> json.put("timeoutMillis", timeout.toMillis()));
        return json.put("detail", replication.detail())
                .put("at", replication.at().toString());
    }

    private static void put(ObjectNode json, String field, Optional<Instant> at) {
        at.ifPresent(instant -> json.put(field, instant.toString()));
    }
}

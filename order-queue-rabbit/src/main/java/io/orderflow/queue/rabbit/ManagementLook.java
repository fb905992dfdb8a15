package io.orderflow.queue.rabbit;

import io.orderflow.internal.json.JsonText;
import io.orderflow.queue.QueueFinding;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What RabbitMQ's management plugin tells over HTTP and AMQP does not: policies, members, partitions. Used once. */
final class ManagementLook {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** More than any answer has. */
    private static final int DEEPEST = 50;

    /** Keys of policies that delete messages wherever they match. */
    private static final List<String> DELETING = List.of("message-ttl", "expires", "overflow");

    private final RabbitSettings settings;
    private final Duration timeout;
    private final List<QueueFinding> findings;
    private long running;

    ManagementLook(RabbitSettings settings, Duration timeout, List<QueueFinding> findings) {
        this.settings = settings;
        this.timeout = timeout;
        this.findings = findings;
    }

    void run() {
        try {
            if (ask("api/nodes").orElse(List.of()) instanceof List<?> nodes) {
                nodes(maps(nodes));
            }
            String path =
                    "api/queues/" + encoded(settings.factory().getVirtualHost()) + "/" + encoded(settings.queue());
            if (ask(path).orElse(Map.of()) instanceof Map<?, ?> queue) {
                queue(queue);
            }
        } catch (IOException | IllegalArgumentException e) {
            findings.add(RabbitFinding.RABBIT_MANAGEMENT_AWAY.of(
                    settings.management().orElseThrow() + ": " + AmqpFailures.reason(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.add(RabbitFinding.RABBIT_MANAGEMENT_AWAY.of("interrupted while asking for it"));
        }
    }

    /** Empty if there is no such thing. */
    private Optional<Object> ask(String path) throws IOException, InterruptedException {
        URI base = settings.management().orElseThrow();
        URI address = URI.create(base + (base.toString().endsWith("/") ? "" : "/") + path);
        String login =
                settings.factory().getUsername() + ":" + settings.factory().getPassword();
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> answer = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        if (answer.statusCode() != OK) {
            throw new IOException("it answers " + answer.statusCode() + " to user "
                    + settings.factory().getUsername());
        }
        return Optional.of(JsonText.read(answer.body(), DEEPEST));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void nodes(List<Map<?, ?>> nodes) {
        for (Map<?, ?> node : nodes) {
            if (node.get("partitions") instanceof List<?> cutOff && !cutOff.isEmpty()) {
                findings.add(RabbitFinding.RABBIT_PARTITION.of("node " + node.get("name") + " does not see " + cutOff));
            }
        }
        running = nodes.stream()
                .filter(node -> Boolean.TRUE.equals(node.get("running")))
                .count();
    }

    private void queue(Map<?, ?> queue) {
        if (queue.get("members") instanceof List<?> members && queue.get("online") instanceof List<?> online) {
            if (members.size() == 1 && running > 1) {
                findings.add(RabbitFinding.RABBIT_ONE_MEMBER.of(
                        "the queue is on " + members.get(0) + " alone, and the cluster has " + running + " nodes"));
            }
            if (online.size() < members.size()) {
                String found = "of the queue's members " + members + " only " + online + " are online";
                findings.add(
                        2 * online.size() > members.size()
                                ? RabbitFinding.RABBIT_MEMBER_AWAY.of(found)
                                : QueueFinding.unusable("no majority, so it takes and gives nothing: " + found));
            }
        }
        if (queue.get("effective_policy_definition") instanceof Map<?, ?> policy) {
            policy(queue, policy);
        }
    }

    private void policy(Map<?, ?> queue, Map<?, ?> policy) {
        Map<String, Object> deleting = new TreeMap<>();
        policy.forEach((key, value) -> {
            boolean lower = key.equals("delivery-limit")
                    && value instanceof Number limit
                    && limit.longValue() < QueueDeclaration.DELIVERY_LIMIT;
            if (lower || DELETING.contains(String.valueOf(key))) {
                deleting.put(String.valueOf(key), value);
            }
        });
        if (!deleting.isEmpty()) {
            findings.add(RabbitFinding.RABBIT_POLICY_DELETES.of("policy " + queue.get("policy") + ", operator policy "
                    + queue.get("operator_policy") + ": " + deleting));
        }
    }

    private static List<Map<?, ?>> maps(List<?> values) {
        List<Map<?, ?>> maps = new ArrayList<>();
        for (Object value : values) {
            if (value instanceof Map<?, ?> map) {
                maps.add(map);
            }
        }
        return maps;
    }
}

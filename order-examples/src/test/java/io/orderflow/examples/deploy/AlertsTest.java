package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** At which values alerts fire, and how the dashboard adds up: that its names exist, DashboardTest holds. */
@DisplayName("Alerts and dashboard")
class AlertsTest {
    private static final Pattern COMPARISON = Pattern.compile("(==|!=|<=|>=|<|>) *[0-9.]+");

    /** What the sections of docs/running.md mean, each with how long it must hold. */
    private static final Map<String, String> MEANT = new TreeMap<>(Map.ofEntries(
            Map.entry("ProcessDown", "== 0, 1m"),
            Map.entry("WorkersFew", "== 1 < 2, 2m"),
            Map.entry("NoWorker", "== 1, 1m"),
            Map.entry("NotReady", "== 0, 1m"),
            Map.entry("PartDown", "== 2, 1m"),
            Map.entry("PartDegraded", "== 1, 5m"),
            Map.entry("BrokenRows", "> 0, 0m"),
            Map.entry("OrdersUnavailable", "> 10, 3m"),
            Map.entry("OrdersOverloaded", "> 0, 5m"),
            Map.entry("AnswersUnknown", "> 0, 5m"),
            Map.entry("BacklogOld", "> 60 == 0, 2m"),
            Map.entry("VerdictsSlow", "> 5, 10m"),
            Map.entry("DecidingPaused", "== 1, 15m"),
            Map.entry("MessagesForged", "> 0, 0m"),
            Map.entry("DeadLetters", "> 0, 0m"),
            Map.entry("HoldsOverdue", "> 60, 5m"),
            Map.entry("FeedBehind", "> 300, 5m"),
            Map.entry("EventsDropped", "> 0, 0m"),
            Map.entry("PoolExhausted", "> 0, 1m"),
            Map.entry("HeapFull", "> 0.8, 5m"),
            Map.entry("FilesRunOut", "> 0.8, 5m")));

    private final List<JsonNode> alerts = DeployFiles.each(
                    DeployFiles.yaml("prometheus/alerts.yml").at("/groups/0/rules"))
            .toList();

    @Test
    @DisplayName("fire on the side of the bound that is bad, and when it has held for as long as is meant")
    void directions() {
        Map<String, String> written = new TreeMap<>();
        for (JsonNode alert : alerts) {
            String bounds = COMPARISON
                    .matcher(alert.path("expr").asText())
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining(" "));
            written.put(
                    alert.path("alert").asText(),
                    bounds + ", " + alert.path("for").asText());
        }
        assertEquals(MEANT, written);
    }

    @Test
    @DisplayName("want as many workers as compose.yaml starts")
    void workers() {
        String replicas = DeployFiles.yaml("compose.yaml")
                .at("/services/worker/deploy/replicas")
                .asText();
        String wanted = alerts.stream()
                .filter(alert -> alert.path("alert").asText().equals("WorkersFew"))
                .map(alert -> alert.path("expr").asText())
                .findFirst()
                .orElseThrow();
        assertTrue(wanted.endsWith(" < " + replicas), wanted);
    }

    @Test
    @DisplayName("add up what each process has of its own, and never what all of them see of the same shop")
    void sums() {
        for (JsonNode panel :
                DeployFiles.json("grafana/dashboards/orderflow.json").path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr").asText();
                if (query.matches(".*(queue_depth|oldest_pending|holds_overdue|feed_lag|feed_behind|_paused).*")) {
                    assertTrue(query.startsWith("max("), query);
                }
                if (query.matches(".*jvm_memory_.*")) {
                    assertTrue(query.startsWith("sum by (job, instance) ("), query);
                }
                if (query.contains("_total[")) {
                    assertTrue(query.startsWith("sum"), query);
                }
            }
        }
    }
}

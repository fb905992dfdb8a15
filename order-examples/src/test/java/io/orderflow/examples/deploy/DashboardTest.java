package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.serve.ScrapedShop;
import io.orderflow.samples.Documents;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Dashboard and alerts against what a serve and a worker tell. */
@DisplayName("The dashboard and the alerts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardTest {
    private static final Pattern IN_BRACES = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_]+)\\s*}}");
    private static final String RUNBOOK = "https://github.com/orderflow/orderflow/blob/main/docs/running.md#";

    private final JsonNode dashboard = DeployFiles.json("grafana/dashboards/orderflow.json");
    private final List<JsonNode> alerts = DeployFiles.each(
                    DeployFiles.yaml("prometheus/alerts.yml").at("/groups/0/rules"))
            .toList();
    private Scrape scrape;

    @BeforeAll
    void scrape() throws InterruptedException {
        try (ScrapedShop shop = ScrapedShop.start()) {
            scrape = Scrape.of(shop.scrape());
        }
    }

    /** A query with the texts in which its labels are named. */
    private record Shown(String place, String query, String text) {
        PromQuery parsed() {
            return PromQuery.of(query);
        }
    }

    private List<JsonNode> panels() {
        return DeployFiles.each(dashboard.path("panels"))
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    private List<Shown> shown() {
        List<Shown> all = new ArrayList<>();
        for (JsonNode panel : panels()) {
            DeployFiles.each(panel.path("targets"))
                    .map(target -> new Shown(
                            panel.path("title").asText(),
                            target.path("expr").asText(),
                            target.path("legendFormat").asText()))
                    .forEach(all::add);
        }
        return all;
    }

    private List<Shown> alerting() {
        return alerts.stream()
                .map(alert -> new Shown(
                        alert.path("alert").asText(),
                        alert.path("expr").asText(),
                        alert.at("/annotations/summary").asText()))
                .toList();
    }

    @Test
    @DisplayName("ask for series, labels and values that a serve or a worker tells")
    void askForWhatIsThere() {
        Map<String, Set<String>> missing = new TreeMap<>();
        Stream.concat(shown().stream(), alerting().stream()).forEach(shown -> {
            Set<String> nobodys = new TreeSet<>(scrape.missing(shown.parsed()));
            nobodys.addAll(unknownLabels(shown));
            if (!nobodys.isEmpty()) {
                missing.put(shown.place(), nobodys);
            }
        });
        assertEquals(Map.of(), missing);
        assertTrue(shown().size() > 40 && alerts.size() > 15);
    }

    /** A text may name the labels that are left: those behind "by", or all of a series that is not summed up. */
    private Set<String> unknownLabels(Shown shown) {
        PromQuery query = shown.parsed();
        boolean summed = shown.query().matches("(?s).*\\b(sum|max|min|absent|count)\\b.*");
        Set<String> left = summed
                ? query.grouped()
                : scrape.series()
                        .getOrDefault(query.series().get(0).name(), Map.of())
                        .keySet();
        return IN_BRACES
                .matcher(shown.text())
                .results()
                .map(found -> found.group(1))
                .filter(label -> !left.contains(label))
                .map(label -> "no label for the text: " + label)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("show every meter of docs/metrics.md")
    void showAll() {
        Set<String> asked = shown().stream()
                .flatMap(shown -> shown.parsed().series().stream())
                .map(PromQuery.Series::name)
                .collect(Collectors.toSet());
        List<String> notShown = Stream.of("<!-- checked: OrderMetrics -->", "<!-- checked: meters of the programs -->")
                .flatMap(mark -> Documents.tableAfter(mark).stream())
                .map(cells -> cells.get(1).replace("`", ""))
                .filter(name -> asked.stream().noneMatch(one -> one.matches(name + "(_bucket|_sum|_count)?")))
                .toList();
        assertEquals(List.of(), notShown);
    }

    @Test
    @DisplayName("have a title, a unit, and a place of its own for each panel, and the provisioned data source")
    void panelsAreWhole() {
        String source = DeployFiles.yaml("grafana/provisioning/datasources/prometheus.yaml")
                .at("/datasources/0/uid")
                .asText();
        Set<String> cells = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode panel : panels()) {
            String title = panel.path("title").asText();
            assertTrue(!title.isBlank() && ids.add(panel.path("id").asText()), title);
            assertEquals(source, panel.at("/datasource/uid").asText(), title);
            assertTrue(!panel.at("/fieldConfig/defaults/unit").asText().isEmpty(), title);
            JsonNode at = panel.path("gridPos");
            assertTrue(at.path("x").asInt() + at.path("w").asInt() <= 24, title);
            for (int x = 0; x < at.path("w").asInt(); x++) {
                for (int y = 0; y < at.path("h").asInt(); y++) {
                    assertTrue(
                            cells.add((at.path("x").asInt() + x) + ","
                                    + (at.path("y").asInt() + y)),
                            title);
                }
            }
        }
    }

    @Test
    @DisplayName("have for each alert a severity, a summary and a section that says what to do, and no other section")
    void runbooks() throws Exception {
        List<String> sections = Files.readAllLines(Documents.root().resolve("docs/running.md")).stream()
                .dropWhile(line -> !line.equals("## Alerts"))
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertEquals(
                sections,
                alerts.stream().map(alert -> alert.path("alert").asText()).toList());
        List<String> lines = Files.readAllLines(Documents.root().resolve("docs/running.md"));
        for (JsonNode alert : alerts) {
            String name = alert.path("alert").asText();
            assertTrue(alert.path("for").asText().matches("\\d+m"), name);
            String severity = alert.at("/labels/severity").asText();
            assertTrue(List.of("critical", "warning").contains(severity), name);
            String section = lines.get(lines.indexOf("### " + name) + 2);
            assertTrue(section.toLowerCase().startsWith(severity + ". "), name + ": " + section);
            assertEquals(
                    RUNBOOK + name.toLowerCase(),
                    alert.at("/annotations/runbook_url").asText());
            assertTrue(!alert.at("/annotations/summary").asText().isBlank(), name);
        }
    }

    @Test
    @DisplayName("are asked for by jobs that prometheus.yml has, on ports that compose.yaml gives the programs")
    void jobs() {
        JsonNode jobs = DeployFiles.yaml("prometheus/prometheus.yml").path("scrape_configs");
        assertEquals(
                List.of("serve", "worker"),
                DeployFiles.each(jobs).map(job -> job.path("job_name").asText()).toList());
        assertEquals("serve:8080", jobs.at("/0/static_configs/0/targets/0").asText());
        assertEquals("worker", jobs.at("/1/dns_sd_configs/0/names/0").asText());
        assertEquals(8080, jobs.at("/1/dns_sd_configs/0/port").asInt());
    }

    @Test
    @DisplayName("are understood by Prometheus itself, where promtool is installed")
    void promtool() throws Exception {
        Optional<Path> promtool = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(promtool.isPresent(), "no promtool: the syntax of the queries is not checked");
        Path config = DeployFiles.folder().resolve("prometheus/prometheus.yml");
        Process check = new ProcessBuilder(promtool.get().toString(), "check", "config", config.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, check.waitFor(), said);
        assertTrue(said.contains("SUCCESS: " + alerts.size() + " rules found"), said);
    }

    @Test
    @DisplayName("are read with care: an unknown function, selector, label or value is found")
    void readWithCare() {
        assertThrows(AssertionError.class, () -> PromQuery.of("summ(orderflow_ready)"));
        assertThrows(AssertionError.class, () -> PromQuery.of("orderflow_ready{part=journal}"));
        assertEquals(Set.of("orderflow_redy"), scrape.missing(PromQuery.of("max(orderflow_redy)")));
        assertEquals(
                Set.of("orderflow_health{part=\"jurnal\"}"),
                scrape.missing(PromQuery.of("orderflow_health{part=~\"queue|jurnal\"}")));
        assertEquals(
                Set.of("orderflow_ready has no label reason"),
                scrape.missing(PromQuery.of("sum by (reason) (rate(orderflow_ready[1m]))")));
    }
}

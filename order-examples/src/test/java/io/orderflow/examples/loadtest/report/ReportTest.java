package io.orderflow.examples.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.examples.common.About;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.counting.Latency;
import io.orderflow.examples.loadtest.counting.Sample;
import io.orderflow.examples.loadtest.counting.Timeline;
import io.orderflow.examples.loadtest.resources.Usage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static final String SVG = "data:image/svg+xml;base64,";

    @TempDir
    Path folder;

    private static ReportContent content(Results result, List<Sample> samples) {
        return ReportContent.of("Load test", result.result(), samples);
    }

    private static String html(Results result, List<Sample> samples) {
        return HtmlPage.of(content(result, samples));
    }

    private static Document parsed(String xml) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    @Test
    void theVerdictStandsFirstThenChartsThenTablesThenSettings() throws Exception {
        Document page = parsed(html(Results.full(), Results.samples(20)));
        Element main = elements(page, "main").get(0);
        assertEquals("header", main.getFirstChild().getNodeName());
        String header = main.getFirstChild().getTextContent();
        assertTrue(header.startsWith("Load test: ✘ FAILED"), header);
        assertTrue(header.contains("correctness: ✔ passed"), header);
        assertTrue(header.contains("rate held: ✘ FAILEDaccepted 940.0 per second of 1000"), header);
        assertTrue(header.contains("latency: – not judged"), header);
        List<String> headings =
                elements(page, "h2").stream().map(Element::getTextContent).toList();
        assertEquals("Over time", headings.get(0));
        assertEquals(List.of("Servers", "Machine", "Options"), headings.subList(headings.size() - 3, headings.size()));
        assertTrue(
                headings.containsAll(List.of("Orders", "Cost", "Resources: idle", "Resources: load")),
                () -> headings.toString());
    }

    @Test
    void aColumnOfNumbersStandsAtTheRightWithItsHeadingAndAMixedOneAtTheLeft() throws Exception {
        Set<String> kinds = new HashSet<>();
        for (Element table : elements(parsed(html(Results.full(), Results.samples(20))), "table")) {
            List<List<Element>> rows = rows(table);
            for (int column = 0; column < rows.get(0).size(); column++) {
                int at = column;
                Set<String> kind = rows.stream()
                        .map(row -> row.get(at).getAttribute("class").replace("text", ""))
                        .collect(Collectors.toSet());
                assertEquals(1, kind.size(), () -> table.getTextContent());
                boolean numbers = rows.stream()
                        .skip(1)
                        .allMatch(row -> row.get(at).getTextContent().matches("[-+]?[0-9][0-9,.]*|–"));
                assertEquals(at > 0 && numbers ? "number" : "", kind.iterator().next(), () -> table.getTextContent());
                kinds.addAll(kind);
            }
        }
        assertEquals(Set.of("number", ""), kinds);
    }

    /** The cells of each row, the heading's first. */
    private static List<List<Element>> rows(Element table) {
        NodeList rows = table.getElementsByTagName("tr");
        return IntStream.range(0, rows.getLength())
                .mapToObj(i -> rows.item(i).getChildNodes())
                .map(cells -> IntStream.range(0, cells.getLength())
                        .mapToObj(i -> (Element) cells.item(i))
                        .toList())
                .toList();
    }

    @Test
    void eachChartIsThereInBothThemesWithAText() throws Exception {
        Document page = parsed(html(Results.full(), Results.samples(20)));
        List<String> captions = elements(page, "figcaption").stream()
                .map(Element::getTextContent)
                .toList();
        assertEquals(
                List.of(
                        "Throughput",
                        "Backlog",
                        "Time to the acceptance",
                        "Time to the verdict",
                        "Refusals",
                        "Rejections",
                        "Processor",
                        "Memory"),
                captions);
        for (Element image : elements(page, "img")) {
            assertTrue(
                    image.getAttribute("alt").matches("\\w.* over 20 s: .* from .* to .*\\."),
                    () -> image.getAttribute("alt"));
            drawn(image.getAttribute("src"), "rgb(0,114,178)");
        }
        for (Element source : elements(page, "source")) {
            assertEquals("(prefers-color-scheme: dark)", source.getAttribute("media"));
            drawn(source.getAttribute("srcset"), "rgb(86,180,233)");
        }
        assertEquals(8, elements(page, "source").size());
    }

    private static void drawn(String uri, String firstLine) throws Exception {
        assertTrue(uri.startsWith(SVG), uri);
        byte[] svg = Base64.getDecoder().decode(uri.substring(SVG.length()));
        String text = new String(svg, StandardCharsets.UTF_8);
        assertTrue(text.contains("stroke:" + firstLine), () -> "no line with " + firstLine);
        assertEquals("svg", parsed(text).getDocumentElement().getTagName());
    }

    @Test
    void thePageLoadsNothingAndRunsNothing() throws Exception {
        String html = html(Results.full(), Results.samples(20));
        assertFalse(html.contains("http://") || html.contains("https://"), "no address of anywhere");
        assertFalse(html.contains("url(") || html.contains("@import"), "no style from elsewhere");
        Document page = parsed(html);
        for (String loading : List.of("script", "link", "iframe", "object", "embed", "base")) {
            assertEquals(List.of(), elements(page, loading), loading);
        }
        for (Element image : elements(page, "img")) {
            String svg = new String(
                    Base64.getDecoder().decode(image.getAttribute("src").substring(SVG.length())),
                    StandardCharsets.UTF_8);
            assertFalse(svg.contains("xlink:href=\"http") || svg.contains("<image"), "the chart loads nothing");
        }
    }

    @Test
    void theStyleIsNotChangedByTheEscapingOfText() throws Exception {
        String html = html(Results.full(), Results.samples(3));
        String style = html.substring(html.indexOf("<style>"), html.indexOf("</style>"));
        // a browser reads what stands in a style as it is, without undoing an escape
        assertFalse(style.contains("&"), style);
        assertTrue(style.contains("prefers-color-scheme: dark"), style);
    }

    @Test
    void aComponentLooksTheSameInEachChartThatHasIt() {
        Charts charts = new Charts(Results.samples(3), Results.NO_GOALS);
        assertEquals(
                "api 0, database 1, load 2, queue 3, workers 4", numbers(charts.cpu()), "load has no memory figure");
        assertEquals("api 0, database 1, queue 3, workers 4", numbers(charts.memory()));
    }

    private static String numbers(Chart chart) {
        return chart.lines().stream()
                .map(line -> line.name() + " " + line.number())
                .collect(Collectors.joining(", "));
    }

    @Test
    void aLongRunIsDrawnWithFewPoints() {
        Chart chart = new Charts(Results.samples(3_599), Results.NO_GOALS).throughput();
        assertTrue(chart.times().length <= 150, () -> "points: " + chart.times().length);
        assertEquals(3_599 / 60.0, chart.end(), 1e-9);
    }

    @Test
    void textFromOutsideStaysText() throws Exception {
        Results result = Results.full();
        result.firstProblem = Optional.of(Results.NASTY);
        result.replayAnswers = Map.of(Results.NASTY, 1L);
        String html = HtmlPage.of(ReportContent.of(Results.NASTY, result.result(), Results.samples(3)));
        assertFalse(html.contains("<script"), "markup of a value");
        String text = parsed(html).getDocumentElement().getTextContent();
        assertTrue(text.contains("<script src=\"http://evil.example/x.js\">&'\"</script> | a?b"), text);
        String markdown = MarkdownPage.of(ReportContent.of(Results.NASTY, result.result(), Results.samples(3)));
        assertFalse(markdown.contains("<script"), markdown);
        assertTrue(markdown.contains("\\| a b"), markdown);
    }

    @Test
    void whatIsNotMeasuredIsNamedWithItsReason() {
        ReportContent content = content(Results.plain(), Results.samples(0));
        for (String page : List.of(HtmlPage.of(content), MarkdownPage.of(content))) {
            String text = page.replaceAll("</?strong>", "");
            for (String missing : List.of(
                    "charts, because: the run has no samples",
                    "CPU-seconds of each component, because: this run did not sample",
                    "database commits per order, because: H2 counts neither",
                    "statements per order, because: H2 counts neither",
                    "resources idle and under load, because: this run did not sample",
                    "total of the infrastructure, because: this run did not sample")) {
                assertTrue(text.contains("Missing: " + missing), () -> missing + " is not in " + text);
            }
        }
    }

    @Test
    void aNullWithAReasonBesideItShowsTheReason() {
        String markdown = MarkdownPage.of(content(Results.full(), Results.samples(3)));
        assertTrue(markdown.contains("| sync binlog | missing: the server has no such variable |"), markdown);
        assertTrue(markdown.contains("| CPU-seconds: workers | missing: counted in api |"), markdown);
        String missing =
                "- Missing: api (net out KiB/s), database (net out KiB/s), queue (net out KiB/s), because: the "
                        + "system counts no";
        assertTrue(markdown.contains(missing), markdown);
        assertTrue(markdown.contains("| api | 21.4 | 298 | 7.8 | 21,811 | – | 0 | 31 |"), markdown);
    }

    @Test
    void everyFieldOfTheResultIsSomewhere() throws IOException {
        String markdown = MarkdownPage.of(content(Results.full(), Results.samples(3)));
        for (String text : List.of("988.5", "CPU-seconds: database | 4.5", "20 | 20 | 41.25")) {
            assertTrue(markdown.contains(text), () -> text + " is not in " + markdown);
        }
        JsonNode fields =
                new ObjectMapper().readTree(JsonOutput.of(Results.full().result()));
        // verdicts, distributions and components have tables of their own, without the names of their fields
        List<String> elsewhere = List.of(
                "ok",
                "verdicts",
                "accept_distribution",
                "decide_distribution",
                "resources",
                "infrastructure_total",
                "rejections",
                "replay_answers");
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (!elsewhere.contains(field.getKey())) {
                named(markdown, field.getKey(), field.getValue());
            }
        }
    }

    /** Whether a name is in a table; one with fields below it by those. */
    private static void named(String markdown, String name, JsonNode value) {
        if (List.of("settings", "machine", "setting").contains(name)) {
            value.properties().stream()
                    .filter(below -> !below.getKey().equals("reasons"))
                    .forEach(below -> named(markdown, below.getKey(), below.getValue()));
            return;
        }
        String label = "| " + Names.label(name);
        assertTrue(
                markdown.contains(label + " |") || markdown.contains(label + ": "),
                () -> label + " is not in " + markdown);
    }

    @Test
    void everyTableOfTheMarkdownHasAsManyCellsInEachRow() {
        String markdown = MarkdownPage.of(content(Results.full(), Results.samples(3)));
        int cells = 0;
        int tables = 0;
        for (String line : markdown.split("\n", -1)) {
            if (!line.startsWith("|")) {
                cells = 0;
                continue;
            }
            int here = line.replace("\\|", "").split("\\|", -1).length;
            tables += cells == 0 ? 1 : 0;
            assertTrue(cells == 0 || cells == here, line);
            cells = here;
        }
        assertEquals(14, tables);
    }

    @Test
    void anHourIsDrawnInMinutesAndADayInHours() {
        assertEquals(
                "s",
                new Charts(Results.samples(180), Results.NO_GOALS).throughput().timeUnit());
        Chart hour = new Charts(Results.samples(3_600), Results.NO_GOALS).throughput();
        assertEquals("min", hour.timeUnit());
        assertEquals(60, hour.end(), 1e-9);
        Sample day = Results.samples(1).get(0).merged(Results.samples(86_400).get(86_399));
        assertEquals(
                "h", new Charts(List.of(day), Results.NO_GOALS).throughput().timeUnit());
    }

    @Test
    void aSingleSampleWithoutAnOrderCanBeDrawn() throws Exception {
        Results result = Results.plain();
        Timeline timeline = new Timeline(Map::of);
        timeline.begin();
        timeline.close();
        Document page = parsed(html(result, timeline.samples()));
        assertEquals(4, elements(page, "img").size(), "throughput, backlog, refusals and rejections");
    }

    @Test
    void theJsonIsTheResultAndTheTimeline() throws IOException {
        ReportFolder.open(folder.resolve("new/report"))
                .write("Load test", Results.full().result(), closed());
        ObjectMapper mapper = new ObjectMapper();
        JsonNode written =
                mapper.readTree(folder.resolve("new/report/report.json").toFile());
        JsonNode expected = mapper.readTree(JsonOutput.of(Results.full().result()));
        expected.properties().forEach(field -> assertEquals(field.getValue(), written.get(field.getKey())));
        JsonNode sample = written.get("timeline").get(0);
        assertEquals(0, sample.get("from_s").asDouble());
        assertTrue(sample.get("accepted_per_s").asDouble() > 0);
        assertEquals(1, sample.get("backlog").asLong());
        assertEquals(2, sample.get("accept_ms").get("p99").asDouble(), 0.1);
        assertTrue(sample.get("decide_ms").isNull());
        assertEquals(
                12.5, sample.get("components").get("api").get("cpu_percent").asDouble());
        assertTrue(sample.get("components").get("api").get("memory_bytes").isNull());
        for (String file : List.of("report.html", "report.md")) {
            assertTrue(
                    Files.readString(folder.resolve("new/report").resolve(file)).contains("FAILED"), file);
        }
    }

    private static Timeline closed() {
        Timeline timeline = new Timeline(() -> Map.of("api", new Usage(OptionalDouble.of(12.5), OptionalLong.empty())));
        timeline.begin();
        timeline.accepted(2_000_000);
        timeline.close();
        return timeline;
    }

    @Test
    void aFolderThatCanNotBeWrittenIsNamedBeforeTheRun() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        ProgramException noFolder = assertThrows(ProgramException.class, () -> ReportFolder.open(file));
        assertTrue(noFolder.getMessage().startsWith("--report cannot write " + file), noFolder::getMessage);
        Path inTheWay = Files.createDirectories(folder.resolve("report/report.md"));
        ProgramException noFile =
                assertThrows(ProgramException.class, () -> ReportFolder.open(folder.resolve("report")));
        assertTrue(noFile.getMessage().contains(inTheWay + ": "), noFile::getMessage);
    }

    @Test
    void checkingTheFolderLeavesAnEarlierReportAlone() throws IOException {
        Path html = Files.writeString(folder.resolve("report.html"), "before");
        ReportFolder.open(folder);
        assertEquals("before", Files.readString(html));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(html), files.toList());
        }
    }

    @Test
    void figuresHaveThousandsAndFewPlaces() {
        assertEquals(
                List.of("0", "0.0123", "41.25", "1,234.6", "10,000", "no value"),
                Arrays.stream(new double[] {0, 0.0123, 41.25, 1_234.56, 10_000, Double.NaN})
                        .mapToObj(Texts::number)
                        .toList());
    }

    @Test
    void whatWasAskedForIsALineInTheChartsAndTheRunHasItsSection() {
        Results result = Results.full();
        result.goals = new GoalFigures(OptionalInt.of(1_000), OptionalDouble.of(15), OptionalDouble.of(60));
        result.run = Optional.of(new About(
                Optional.of("before the change"),
                Instant.EPOCH,
                Instant.EPOCH,
                "1.0",
                Optional.empty(),
                "order-examples loadtest --rate 1000",
                Optional.empty()));
        result.accepted = List.of(new Latency.Bucket(0.5, 3), new Latency.Bucket(1, 1));
        result.decided = List.of(new Latency.Bucket(1, 4));
        String markdown = MarkdownPage.of(content(result, Results.samples(3)));
        for (String text : List.of(
                "goal from 1,000 to 1,000",
                "goal for p99 from 15 to 15",
                "goal for p99 from 60 to 60",
                "overloaded from 0 to",
                "insufficient funds from 7 to 7",
                "| name | before the change |",
                "| command line | order-examples loadtest --rate 1000 |",
                "| 0.5 | 3 | 75.00 | 0 | 0.00 |",
                "| 1 | 1 | 100.00 | 4 | 100.00 |")) {
            assertTrue(markdown.contains(text), () -> text + " is not in " + markdown);
        }
        assertFalse(markdown.contains("interrupted"), markdown);
        assertFalse(
                MarkdownPage.of(content(Results.full(), Results.samples(3))).contains("goal from"),
                "none was asked for");
    }
}

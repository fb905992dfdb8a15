package io.orderflow.examples.loadtest.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report as one HTML file, which asks for nothing from anywhere and has no script. It is well-formed XML too, since
 * an XML writer makes it, which escapes all text.
 */
final class HtmlPage {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9,.]*|–");
    private static final Pattern NOT_IN_XML = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]|[\\uFFFE\\uFFFF]");

    private static final int COLUMNS_OF_NARROW_TABLE = 4;

    private final XMLStreamWriter xml;

    private HtmlPage(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static String of(ReportContent content) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new HtmlPage(xml).write(content);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the page cannot be made", e);
        }
        return text.toString();
    }

    private void write(ReportContent content) throws XMLStreamException {
        xml.writeDTD("<!DOCTYPE html>");
        begin("html", "lang", "en");
        head(content);
        begin("body");
        begin("main");
        verdicts(content);
        for (Section section : content.sections()) {
            section(section);
        }
        end();
        end();
        end();
    }

    private void head(ReportContent content) throws XMLStreamException {
        begin("head");
        empty("meta", "charset", "utf-8");
        empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        empty("meta", "name", "color-scheme", "content", "light dark");
        element("title", content.title() + ": " + outcome(content));
        element("style", style());
        end();
    }

    private static String style() {
        try (InputStream css = HtmlPage.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("report.css cannot be read", e);
        }
    }

    private static String outcome(ReportContent content) {
        return (content.passed() ? ReportVerdict.State.PASSED : ReportVerdict.State.FAILED).toString();
    }

    private void verdicts(ReportContent content) throws XMLStreamException {
        begin("header");
        begin("h1");
        text(content.title() + ": ");
        element("span", outcome(content), "class", content.passed() ? "passed" : "failed");
        end();
        begin("ul", "class", "verdicts");
        for (ReportVerdict verdict : content.verdicts()) {
            begin("li", "class", verdict.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            element("strong", verdict.name() + ": " + verdict.state());
            element("span", verdict.detail());
            end();
        }
        end();
        end();
    }

    private void section(Section section) throws XMLStreamException {
        boolean charts = section.blocks().stream().anyMatch(Block.Picture.class::isInstance);
        begin("section", "class", charts || hasWideTable(section) ? "wide" : "narrow");
        element("h2", section.title());
        begin("div", "class", charts ? "charts" : "tables");
        for (Block block : section.blocks()) {
            if (block instanceof Block.Table table) {
                table(table);
            } else if (block instanceof Block.Picture picture) {
                figure(picture.chart());
            } else if (block instanceof Block.Unmeasured missing) {
                missing(missing);
            }
        }
        end();
        end();
    }

    private static boolean hasWideTable(Section section) {
        return section.blocks().stream()
                .anyMatch(block ->
                        block instanceof Block.Table table && table.header().size() > COLUMNS_OF_NARROW_TABLE);
    }

    private void missing(Block.Unmeasured missing) throws XMLStreamException {
        begin("p", "class", "missing");
        element("strong", "Missing: " + missing.what());
        text(", because: " + missing.reason());
        end();
    }

    private void figure(Chart chart) throws XMLStreamException {
        begin("figure");
        element("figcaption", chart.title());
        begin("picture");
        empty("source", "media", "(prefers-color-scheme: dark)", "srcset", data(chart, Theme.DARK));
        String width = Integer.toString(ChartImage.WIDTH);
        String height = Integer.toString(ChartImage.height(chart));
        String light = data(chart, Theme.LIGHT);
        empty("img", "src", light, "width", width, "height", height, "alt", chart.inWords());
        end();
        end();
    }

    /** An image inside the page: an image of its own keeps the names in it apart from those of the next. */
    private static String data(Chart chart, Theme theme) {
        byte[] svg = ChartImage.svg(chart, theme).getBytes(StandardCharsets.UTF_8);
        return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg);
    }

    private void table(Block.Table table) throws XMLStreamException {
        // wide tables move inside this, not the page; the keyboard reaches it too
        begin("div", "class", "scroll", "tabindex", "0");
        begin("table");
        begin("thead");
        begin("tr");
        List<String> kinds = kinds(table);
        for (int column = 0; column < kinds.size(); column++) {
            element("th", table.header().get(column), "scope", "col", "class", kinds.get(column));
        }
        end();
        end();
        begin("tbody");
        for (var row : table.rows()) {
            begin("tr");
            element("th", row.get(0), "scope", "row");
            for (int column = 1; column < row.size(); column++) {
                element("td", row.get(column), "class", kinds.get(column));
            }
            end();
        }
        end();
        end();
        end();
    }

    /** How each column stands: at the right when it holds numbers alone, its heading too. */
    private static List<String> kinds(Block.Table table) {
        return IntStream.range(0, table.header().size())
                .mapToObj(column -> column > 0
                                && table.rows().stream()
                                        .allMatch(row ->
                                                NUMBER.matcher(row.get(column)).matches())
                        ? "number"
                        : "text")
                .toList();
    }

    private void begin(String name, String... attributes) throws XMLStreamException {
        xml.writeStartElement(name);
        attributes(attributes);
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    private void empty(String name, String... attributes) throws XMLStreamException {
        xml.writeEmptyElement(name);
        attributes(attributes);
    }

    private void element(String name, String text, String... attributes) throws XMLStreamException {
        begin(name, attributes);
        text(text);
        end();
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], clean(attributes[i + 1]));
        }
    }

    private void text(String text) throws XMLStreamException {
        xml.writeCharacters(clean(text));
    }

    /** Without characters that XML has no place for. */
    private static String clean(String text) {
        return NOT_IN_XML.matcher(text).replaceAll("?");
    }
}

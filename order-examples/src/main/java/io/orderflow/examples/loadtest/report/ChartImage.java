package io.orderflow.examples.loadtest.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Draws charts as SVG text. Small, so that the labels are readable on a phone; a page makes them larger. */
final class ChartImage {
    static final int WIDTH = 340;

    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int HEIGHT = 250;
    private static final int FEW_POINTS = 40;
    private static final int LINES_SIDE_BY_SIDE = 3;
    private static final int LEGEND_LINE_HEIGHT = 22;
    private static final BasicStroke GRID = new BasicStroke(0.6f);
    private static final List<BasicStroke> STROKES =
            List.of(SeriesLines.SOLID, SeriesLines.DASH_DASH, SeriesLines.DOT_DOT, SeriesLines.DASH_DOT);
    /** Dashes are longer than the way from one point to the next when there are many, so there widths differ. */
    private static final List<BasicStroke> DENSE = List.of(stroke(3f), stroke(1.4f), stroke(2.2f), stroke(1f));

    private static final List<Marker> MARKERS =
            List.of(SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP);

    private final Chart chart;
    private final Theme theme;

    private ChartImage(Chart chart, Theme theme) {
        this.chart = chart;
        this.theme = theme;
    }

    /** The height of a chart's image: a legend of many lines stands below one another, and takes room. */
    static int height(Chart chart) {
        int lines = chart.lines().size();
        return HEIGHT + (lines > LINES_SIDE_BY_SIDE ? (lines - 1) * LEGEND_LINE_HEIGHT : 0);
    }

    /** Draws a chart with at least one point. */
    static String svg(Chart chart, Theme theme) {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        new ChartImage(chart, theme).drawn().paint(graphics, WIDTH, height(chart));
        Element root = graphics.getRoot();
        root.setAttribute("viewBox", "0 0 " + WIDTH + " " + height(chart));
        StringWriter text = new StringWriter();
        try {
            graphics.stream(root, text, true, false);
        } catch (IOException e) {
            throw new IllegalStateException("no text of the chart " + chart.title(), e);
        }
        // inside a page, the document type and its address are of no use
        return text.toString().substring(text.toString().indexOf("<svg"));
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java makes no XML documents", e);
        }
    }

    private XYChart drawn() {
        XYChart drawn = new XYChart(WIDTH, height(chart));
        drawn.setXAxisTitle("time since the first order (" + chart.timeUnit() + ")");
        drawn.setYAxisTitle(chart.unit());
        style(drawn.getStyler());
        for (Chart.Line line : chart.lines()) {
            style(drawn.addSeries(line.name(), chart.times(), line.values()), line.number());
        }
        return drawn;
    }

    private void style(XYStyler styler) {
        styler.setChartTitleVisible(false)
                .setChartBackgroundColor(theme.paper())
                .setChartFontColor(theme.ink());
        styler.setPlotBackgroundColor(theme.paper()).setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(theme.grid()).setPlotGridLinesStroke(GRID).setPlotGridVerticalLinesVisible(false);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(
                        chart.lines().size() > LINES_SIDE_BY_SIDE
                                ? Styler.LegendLayout.Vertical
                                : Styler.LegendLayout.Horizontal)
                .setLegendBackgroundColor(theme.paper())
                .setLegendBorderColor(theme.paper())
                .setLegendFont(font(12))
                .setLegendSeriesLineLength(20);
        styler.setAxisTitleFont(font(12)).setAxisTickLabelsFont(font(11));
        styler.setXAxisTitleColor(theme.ink());
        styler.setYAxisGroupTitleColor(0, theme.ink());
        styler.setAxisTickLabelsColor(theme.ink()).setAxisTickMarksColor(theme.grid());
        styler.setXAxisTickMarkSpacingHint(60).setDecimalPattern("#,##0.###");
        styler.setXAxisMin(0.0).setXAxisMax(chart.end()).setYAxisMin(0.0);
        if (chart.most() == 0) {
            styler.setYAxisMax(1.0);
        }
    }

    private static Font font(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    private static BasicStroke stroke(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** Beside the colour, lines differ in their strokes and, while points are few, in their markers. */
    private void style(XYSeries series, int n) {
        boolean few = chart.times().length <= FEW_POINTS;
        series.setLineColor(theme.line(n)).setLineStyle((few ? STROKES : DENSE).get(n % STROKES.size()));
        series.setMarkerColor(theme.line(n)).setMarker(few ? MARKERS.get(n % MARKERS.size()) : SeriesMarkers.NONE);
    }
}

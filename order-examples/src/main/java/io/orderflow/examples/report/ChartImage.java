package io.orderflow.examples.report;

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
    static final int WIDTH = 400;
    static final int HEIGHT = 270;

    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int FEW_POINTS = 40;
    private static final BasicStroke GRID = new BasicStroke(0.6f);
    private static final List<BasicStroke> STROKES =
            List.of(SeriesLines.SOLID, SeriesLines.DASH_DASH, SeriesLines.DOT_DOT, SeriesLines.DASH_DOT);
    private static final List<Marker> MARKERS =
            List.of(SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP);

    private final Chart chart;
    private final Theme theme;

    private ChartImage(Chart chart, Theme theme) {
        this.chart = chart;
        this.theme = theme;
    }

    /** Draws a chart with at least one point. */
    static String svg(Chart chart, Theme theme) {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        new ChartImage(chart, theme).drawn().paint(graphics, WIDTH, HEIGHT);
        Element root = graphics.getRoot();
        root.setAttribute("viewBox", "0 0 " + WIDTH + " " + HEIGHT);
        StringWriter text = new StringWriter();
        try {
            graphics.stream(root, text, true, false);
        } catch (IOException e) {
            throw new IllegalStateException("no text of the chart " + chart.title(), e);
        }
        return text.toString();
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
        XYChart drawn = new XYChart(WIDTH, HEIGHT);
        drawn.setXAxisTitle("time since the first order (" + chart.timeUnit() + ")");
        drawn.setYAxisTitle(chart.unit());
        style(drawn.getStyler());
        for (int i = 0; i < chart.lines().size(); i++) {
            Chart.Line line = chart.lines().get(i);
            style(drawn.addSeries(line.name(), chart.times(), line.values()), i);
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
                .setLegendLayout(Styler.LegendLayout.Horizontal)
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

    /** Beside the colour, lines differ in their strokes and, while points are few, in their markers. */
    private void style(XYSeries series, int n) {
        series.setLineColor(theme.line(n)).setLineStyle(STROKES.get(n % STROKES.size()));
        series.setMarkerColor(theme.line(n))
                .setMarker(chart.times().length <= FEW_POINTS ? MARKERS.get(n % MARKERS.size()) : SeriesMarkers.NONE);
    }
}

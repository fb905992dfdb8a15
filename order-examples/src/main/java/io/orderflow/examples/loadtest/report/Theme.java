package io.orderflow.examples.loadtest.report;

import java.awt.Color;
import java.util.List;

/** The colours of a chart: Okabe and Ito's, which people with any kind of colour vision can tell apart. */
enum Theme {
    LIGHT(0xffffff, 0x1f2328, 0xd8dee4, List.of(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xb38600, 0x56b4e9, 0x000000)),
    DARK(0x161b22, 0xe6edf3, 0x3a424c, List.of(0x56b4e9, 0xe69f00, 0x2fc79c, 0xcc79a7, 0xf0e442, 0xff8c42, 0xffffff));

    private final Color paper;
    private final Color ink;
    private final Color grid;
    private final List<Color> lines;

    Theme(int paper, int ink, int grid, List<Integer> lines) {
        this.paper = new Color(paper);
        this.ink = new Color(ink);
        this.grid = new Color(grid);
        this.lines = lines.stream().map(Color::new).toList();
    }

    Color paper() {
        return paper;
    }

    Color ink() {
        return ink;
    }

    Color grid() {
        return grid;
    }

    /** The colour of the n-th line, from 0; they repeat. */
    Color line(int n) {
        return lines.get(n % lines.size());
    }
}

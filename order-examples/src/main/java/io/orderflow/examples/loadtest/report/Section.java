package io.orderflow.examples.loadtest.report;

import java.util.List;

/**
 * A part of a report under a heading.
 *
 * @param title the heading
 * @param blocks what stands under it
 */
record Section(String title, List<Block> blocks) {}

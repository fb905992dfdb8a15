package io.orderflow.examples.serve;

import io.orderflow.page.PageConfig;

/**
 * Who may look at the shop and who may act on it over HTTP.
 *
 * @param tokens of the live page, which hold on other paths too
 * @param page whether the live page is served
 */
record Access(PageConfig tokens, boolean page) {
    /** The page for this machine alone, and all other paths for everybody. */
    static final Access OPEN = new Access(PageConfig.defaults(), true);
}

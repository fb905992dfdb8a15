/**
 * The live page of a shop, for a host to mount in whatever HTTP server it has: {@code orders.page(config)} makes a
 * {@link io.orderflow.page.LivePage}, which turns a {@link io.orderflow.page.PageCall} into a
 * {@link io.orderflow.page.PageReply}. It knows no HTTP server.
 */
@NullMarked
package io.orderflow.page;

import org.jspecify.annotations.NullMarked;

/**
 * The programs that run until they are told to stop. {@code serve} is an HTTP host application: how a web shop embeds
 * the library. {@code ShopServer} puts the parts together, {@code OrderRoutes} turns requests into submissions and
 * results into answers. {@code worker} decides what others accepted.
 */
package io.orderflow.examples.serve;

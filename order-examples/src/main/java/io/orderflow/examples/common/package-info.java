/**
 * What every example program shares: the options that name the shop's database and queue, output and error messages.
 */
package io.orderflow.examples.common;

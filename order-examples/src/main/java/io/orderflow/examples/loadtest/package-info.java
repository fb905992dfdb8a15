/**
 * The program {@code loadtest}: drives orders through the whole pipeline and checks every one of them in the database
 * afterwards. The rooms below follow the way of a test: {@code orders} that are made, {@code driving} them,
 * {@code counting} what becomes of them, {@code resources} that it costs, and the {@code report}.
 */
package io.orderflow.examples.loadtest;

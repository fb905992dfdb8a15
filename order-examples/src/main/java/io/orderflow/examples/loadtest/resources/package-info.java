/**
 * What a load test costs: processor time, memory, network and disk of each component, in an idle window and under load.
 * {@link io.orderflow.examples.loadtest.resources.ResourceOptions} opens a
 * {@link io.orderflow.examples.loadtest.resources.Resources}, which gives a
 * {@link io.orderflow.examples.loadtest.resources.ResourceReport}.
 */
package io.orderflow.examples.loadtest.resources;

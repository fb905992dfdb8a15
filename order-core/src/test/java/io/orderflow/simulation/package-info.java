/**
 * Deterministic simulation: whole lives of intakes, workers and recoveries on one thread, from a seed.
 * {@link io.orderflow.simulation.SimulationTest} runs many seeds, {@link io.orderflow.simulation.MutantsTest} proves
 * that it finds faults.
 */
package io.orderflow.simulation;

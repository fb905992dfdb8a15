/**
 * Servers and faults for tests: databases and brokers that are found or started for the run
 * ({@link io.orderflow.testing.TestDatabase}, {@link io.orderflow.testing.PrivateServer}), a network that misbehaves
 * ({@link io.orderflow.testing.FaultProxy}), connections that break ({@link io.orderflow.testing.FaultyDataSource}),
 * child JVMs that may be killed ({@link io.orderflow.testing.JavaProcess}), and conditions and clocks in place of
 * sleeps.
 *
 * <p>In the jar {@code testing} of {@code order-core}, for the tests of this project's other modules. Needs on the
 * class path, beside JUnit: Connector/J, H2 and HikariCP; Testcontainers only where Docker is to be used.
 */
package io.orderflow.testing;

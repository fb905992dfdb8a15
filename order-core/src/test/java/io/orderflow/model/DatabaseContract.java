package io.orderflow.model;

import io.orderflow.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests of a subclass run on each database that the library supports and by each driver, each test on empty tables.
 * After each test no connection may be out of the pool, the audit must be clean and the replay agree, unless the test
 * {@linkplain #tampered said} that it breaks the records.
 */
@ParameterizedClass
@EnumSource(TestDatabase.Kind.class)
public abstract class DatabaseContract extends EmptyTables {}

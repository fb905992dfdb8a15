package io.orderflow.model;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A {@link DatabaseContract} about rules, whatever driver carries the statements: one of the two drivers leads to
 * MariaDB. The statements themselves have tests that run by both.
 */
@ParameterizedClass
@EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
public abstract class RulesContract extends EmptyTables {}

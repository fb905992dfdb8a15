package io.orderflow.model;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A {@link DatabaseContract} about what servers do and the embedded database does not. */
@ParameterizedClass
@EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
public abstract class ServerContract extends EmptyTables {}

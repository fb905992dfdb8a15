package io.orderflow.examples.loadtest.resources;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Amounts by name, as the files have them.
 *
 * @param values null in JSON where there is none
 * @param missing why there is none, by the same names
 */
public record Amounts(@JsonAnyGetter Map<String, OptionalDouble> values, Map<String, String> missing) {}

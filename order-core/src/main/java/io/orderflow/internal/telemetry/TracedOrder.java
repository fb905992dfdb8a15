package io.orderflow.internal.telemetry;

import io.orderflow.TraceContext;
import java.util.UUID;

/** An order that belongs to a trace which is recorded. */
public record TracedOrder(UUID id, TraceContext trace) {}

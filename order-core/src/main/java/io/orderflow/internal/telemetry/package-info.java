/** What the processor tells about its work in numbers, once for each group, batch or failure. */
package io.orderflow.internal.telemetry;

/**
 * Orders as bytes: ids, fingerprints, the request in the journal's row and the frame on a queue. Formats are versioned
 * and documented byte by byte in {@link io.orderflow.internal.codec.OrderIds},
 * {@link io.orderflow.internal.codec.Fingerprint}, {@code RequestCodec} and
 * {@link io.orderflow.internal.codec.FrameCodec}; orders that other programs write as JSON in {@code JsonOrder}. Beside
 * them the numbers that stand in the tables for states, reasons and decisions. Not part of the public API.
 */
package io.orderflow.internal.codec;

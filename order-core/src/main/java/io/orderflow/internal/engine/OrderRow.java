package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Fingerprint;

/**
 * What a batch needs to know of an order's row.
 *
 * @param status the status code
 * @param fingerprint the content's fingerprint
 * @param createdAt in microseconds since 1970
 */
record OrderRow(int status, Fingerprint fingerprint, long createdAt) {}

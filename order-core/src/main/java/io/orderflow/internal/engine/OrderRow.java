package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Fingerprint;

/**
 * What a batch needs to know of an order's row.
 *
 * @param status the status code
 * @param fingerprint the content's fingerprint
 * @param createdAt in microseconds since 1970
 * @param place what the row has for its place in a batch; {@link #UNKNOWN} if that was not read
 */
record OrderRow(int status, Fingerprint fingerprint, long createdAt, int place) {
    static final int UNKNOWN = -1;
}

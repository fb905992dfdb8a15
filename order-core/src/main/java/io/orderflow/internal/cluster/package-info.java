/** Several servers with the same data, of which one is written to: which one, and what of this cannot be trusted. */
package io.orderflow.internal.cluster;

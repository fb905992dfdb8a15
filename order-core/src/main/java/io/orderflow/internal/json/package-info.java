/**
 * The one reader of JSON, for orders that other programs write and for what a server tells, and how a text is written.
 * Not part of the public API.
 */
package io.orderflow.internal.json;

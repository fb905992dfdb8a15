/** The tables: creating and upgrading them, and refusing a server or a schema that could not keep the promises. */
package io.orderflow.internal.schema;

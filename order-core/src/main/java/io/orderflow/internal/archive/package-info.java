/** Archives old orders: finds them, has them kept elsewhere, and has the engine delete them. */
package io.orderflow.internal.archive;

/** What the three databases have in common and where they differ: names, sessions, error classes, SQL text. */
package io.orderflow.internal.sql;

/**
 * The promises from end to end: real databases, child processes and servers that are killed, frozen and cut off, and
 * one {@link io.orderflow.faults.ShopChecker} that counts money, stock and orders afterwards. The numbers F1 to F26 and
 * I1 to I14 in the tests are those of {@code docs/faults.md}.
 */
package io.orderflow.faults;

/** Looks at a shop's set-up, changes nothing, and says what should be changed before production. */
package io.orderflow.internal.doctor;

/** The program that looks at a shop's set-up before production. */
package io.orderflow.examples.doctor;

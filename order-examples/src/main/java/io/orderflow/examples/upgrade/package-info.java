/** The program that brings the tables of an older release to the present version. */
package io.orderflow.examples.upgrade;

/** The program that writes old orders to files and takes them out of the tables. */
package io.orderflow.examples.archive;

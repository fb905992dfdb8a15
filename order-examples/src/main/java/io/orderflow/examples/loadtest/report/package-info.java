/**
 * The report of a measuring program as files: what happened second by second, and the pages for people and for programs
 * that are made of it.
 */
package io.orderflow.examples.loadtest.report;

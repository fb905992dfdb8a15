/** The programs that pause and resume deciding. */
package io.orderflow.examples.deciding;

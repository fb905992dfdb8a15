/** Programs of this jar as processes of their own, started and ended by another one. */
package io.orderflow.examples.processes;

/** The program that replays every verdict of a shop. */
package io.orderflow.examples.replay;

/**
 * The program that tells others what happened to orders: a feed's events go to RabbitMQ, to Redis, or to a web address.
 * One loop, and a target for each of them.
 */
package io.orderflow.examples.relay;

package io.orderflow.queue.rabbit;

/**
 * One connection of one consumer with what is done on it.
 *
 * @param epoch its life, and what came on it
 * @param wire what is sent about deliveries
 * @param subscription what the server sends
 * @param keeperLane for the keeper's calls
 * @param ownerLane for the owner's calls
 */
record ConsumerSession(ConsumerEpoch epoch, Wire wire, Subscription subscription, Lane keeperLane, Lane ownerLane) {}

/**
 * Publishes to Kafka topics of users, and asks by Kafka: a request to one topic, its reply from
 * another.
 *
 * <p>{@link dev.howdah.worker.kafka.KafkaCaller} is the way in.
 */
package dev.howdah.worker.kafka;

/**
 * Kafka as Howdah uses it: a broker inside the process, beside it or elsewhere, the topics on it,
 * and how clients are set up.
 */
package dev.howdah.broker;

package dev.howdah.worker.kafka;

/** Where a message was put; every in-sync replica has it there. */
public record KafkaReceipt(String topic, int partition, long offset) {}

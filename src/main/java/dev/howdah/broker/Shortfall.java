package dev.howdah.broker;

/**
 * A topic that exists with fewer partitions than the settings ask for.
 *
 * <p>It is left as it is: adding partitions would move keys to other partitions while they are in
 * use.
 *
 * @param topic its name
 * @param wanted partitions by the settings
 * @param found partitions it has
 */
public record Shortfall(String topic, int wanted, int found) {}

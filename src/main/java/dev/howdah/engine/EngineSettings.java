package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.engine.record.RecorderSettings;
import dev.howdah.plan.Plans;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an engine node works with.
 *
 * @param node its name in records and groups; stays the same over restarts
 * @param cluster the Kafka cluster
 * @param sole whether it is the only engine node of that broker
 * @param served the groups it serves itself
 * @param plans plans by name
 * @param children plans of designs that other designs run
 * @param pathOf endpoint path of a deployment by its id, empty for none
 * @param secrets secrets by name
 * @param runners threads for quick blocks
 * @param mostRunners threads when blocks are slow
 * @param flowsAtHand how many running executions are kept in memory
 * @param mostOpen how many polled messages may be open per topic
 */
public record EngineSettings(
    String node,
    ClusterAccess cluster,
    boolean sole,
    Predicate<String> served,
    Plans plans,
    RecorderSettings.Children children,
    Function<String, String> pathOf,
    Function<String, Optional<JsonNode>> secrets,
    int runners,
    int mostRunners,
    int flowsAtHand,
    int mostOpen) {}

package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Services;
import dev.howdah.engine.record.RecorderSettings;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an engine node works with.
 *
 * @param node its name in records and groups; stays the same over restarts
 * @param bootstrapServers of the broker
 * @param sole whether it is the only engine node of that broker
 * @param served the groups it serves itself
 * @param kinds the block kinds
 * @param plans plans by name
 * @param children plans of designs that other designs run
 * @param pathOf endpoint path of a deployment by its id, empty for none
 * @param services what the blocks of a design work with
 * @param secrets secrets by name
 * @param defaultTimeout the most one attempt of a block may take when it does not say
 * @param runners threads for quick blocks
 * @param mostRunners threads when blocks are slow
 * @param loadedPlans how many designs keep their routes loaded
 * @param flowsAtHand how many running executions are kept in memory
 * @param mostOpen how many polled messages may be open per topic
 */
public record EngineSettings(
    String node,
    String bootstrapServers,
    boolean sole,
    Predicate<String> served,
    Kinds kinds,
    Plans plans,
    RecorderSettings.Children children,
    Function<String, String> pathOf,
    Function<Plan, Services> services,
    Function<String, Optional<JsonNode>> secrets,
    Duration defaultTimeout,
    int runners,
    int mostRunners,
    int loadedPlans,
    int flowsAtHand,
    int mostOpen) {}

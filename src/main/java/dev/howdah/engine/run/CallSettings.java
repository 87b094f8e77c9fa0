package dev.howdah.engine.run;

import dev.howdah.block.spi.Services;
import dev.howdah.plan.Plan;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What calls of blocks share.
 *
 * @param servicesOf the services for the blocks of a design
 * @param defaultTimeout the most one attempt may take when its block does not say
 * @param timer ends calls that hold no thread when their time is up
 */
record CallSettings(
    Function<Plan, Services> servicesOf, Duration defaultTimeout, ScheduledExecutorService timer) {

  Services services(Plan plan) {
    return servicesOf.apply(plan);
  }
}

package dev.howdah.block.spi;

import dev.howdah.expression.Scope;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One attempt of one block.
 *
 * @param site which block of which design this is, the same in every execution: {@code
 *     design/container/block}
 * @param scope what the block's expressions see; its input is {@code .}
 * @param execution the id of the execution
 * @param lineage the executions whose steps it has taken over, the nearest first
 * @param idempotencyKey {@code execution:path:attempt}, sent along with every call so that the
 *     called side can tell a repeat
 * @param timeout the most this attempt may take
 * @param cancellation fires when the execution is cancelled or the attempt has timed out
 * @param partial told a text piece by piece while the block writes it, for whoever watches; quick,
 *     and from any thread
 */
public record Invocation(
    String site,
    Scope scope,
    String execution,
    List<String> lineage,
    String idempotencyKey,
    Duration timeout,
    Cancellation cancellation,
    Consumer<String> partial) {}

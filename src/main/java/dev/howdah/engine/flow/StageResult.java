package dev.howdah.engine.flow;

import java.util.List;

/**
 * What one attempt of one stage came to.
 *
 * @param execution the execution's id
 * @param path instance path of the stage's first block, such as {@code each[17]/fetch}
 * @param attempt counted from 1
 * @param node the process that ran it
 * @param steps in the order in which the blocks began
 */
public record StageResult(
    String execution, String path, int attempt, String node, List<StepResult> steps) {}

package dev.howdah.engine.flow;

/**
 * A piece of a text that a step is still writing. Told to whoever watches, and recorded nowhere: it
 * may come twice when the step is run twice, and not at all when nobody can be reached.
 *
 * @param execution the execution's id
 * @param path instance path of the step
 * @param attempt which attempt of it
 * @param text what follows what was told before
 */
public record Partial(String execution, String path, int attempt, String text) {}

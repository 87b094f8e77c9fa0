package dev.howdah.engine.flow;

import dev.howdah.json.Value;

/**
 * The execution a {@link Flow} is about.
 *
 * @param id its id
 * @param deployment endpoint path of its deployment; empty for a direct run
 * @param input what it was started with
 * @param startedAt in epoch milliseconds
 * @param deadlineAt in epoch milliseconds; {@link Long#MAX_VALUE} for none
 */
public record Subject(String id, String deployment, Value input, long startedAt, long deadlineAt) {}

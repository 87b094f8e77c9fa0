package dev.howdah.engine;

/**
 * Figures of an engine node since it started.
 *
 * @param started executions that callers wanted started
 * @param commits transactions written
 * @param conflicts step rows that were there already; 0 unless something was delivered twice
 * @param backlog events that wait to be recorded
 * @param inFlight stages that run here
 * @param queued stages that wait for a thread here
 * @param waiting callers who wait for an execution
 */
public record EngineCounters(
    long started,
    long commits,
    long conflicts,
    int backlog,
    int inFlight,
    int queued,
    int waiting) {}

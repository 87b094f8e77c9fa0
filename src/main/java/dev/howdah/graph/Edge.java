package dev.howdah.graph;

/**
 * A connection of a checked graph. Carries exactly one token per execution.
 *
 * @param index its position among the graph's edges
 * @param source index of the node it leaves
 * @param target index of the node it enters
 * @param onError whether it carries the source's fault instead of its output
 * @param extracts whether it carries the final result alone, without how it came about
 */
public record Edge(int index, int source, int target, boolean onError, boolean extracts) {}

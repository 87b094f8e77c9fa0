/**
 * Turns the pipeline configurations of other systems into designs.
 *
 * <p>{@link dev.howdah.importer.AiEffect} is the way in. What a configuration says either has its
 * counterpart in the design or is reported with its place; nothing is left out silently.
 */
package dev.howdah.importer;

package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One run of one section of a container.
 *
 * @param section the section to run
 * @param key tells this run from the others of that section; stands behind the container's id in
 *     the paths of its steps, such as {@code [17]} or {@code #2}; may be empty
 * @param input what the first blocks get as {@code .}
 * @param index {@code $index} inside
 */
public record Part(String section, String key, JsonNode input, int index) {}

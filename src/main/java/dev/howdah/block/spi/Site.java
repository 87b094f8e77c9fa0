package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Where a block stands when its steps are written.
 *
 * @param id the block's path in its design: its id, behind the ids of the containers around it
 * @param configuration the checked configuration
 * @param data the configuration as the author wrote it, without the blocks inside
 */
public record Site<C extends Record>(String id, C configuration, ObjectNode data) {

  /** The author's configuration as endpoint parameters, in the author's order. */
  public Map<String, Object> parameters() {
    return Parameters.encode(data);
  }
}

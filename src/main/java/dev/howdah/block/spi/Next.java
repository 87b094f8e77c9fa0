package dev.howdah.block.spi;

import java.util.List;
import java.util.Map;

/**
 * Writes what follows a block in its route: further blocks of the stage, or the way to the next.
 */
public interface Next {

  /** What follows when every connection gets the block's output. */
  List<Map<String, Object>> all();

  /** What follows when only the connections to these blocks get it. */
  List<Map<String, Object>> to(List<String> targets);

  /** What starts the blocks inside a container. */
  List<Map<String, Object>> body();
}

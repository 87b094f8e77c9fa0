package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of block: what its configuration looks like and which Camel steps it becomes.
 *
 * <p>Implementations are final, stateless and found by {@link java.util.ServiceLoader}. One
 * instance serves every design; its methods are called from many threads.
 *
 * @param <C> the configuration: a record whose components are the properties of the block's {@code
 *     data}, and whose constructor refuses what cannot work
 */
public interface BlockKind<C extends Record> {

  /** The {@code type} by which designs name this kind. */
  String type();

  /** The record that a block's {@code data} is bound to; its JSON Schema is what the API serves. */
  Class<C> configuration();

  Role role();

  /**
   * Looks for what the configuration record alone cannot see, such as a function that its module
   * does not have. Called once per block when a design is checked.
   */
  default void check(C configuration, BlockCheck check) {}

  /**
   * The alternatives of a block that chooses, of which it takes at most one; each lists the blocks
   * it sends to. Each of these is a connection, whether or not the design lists it. Empty for a
   * block that serves all its connections alike.
   */
  default List<List<String>> choices(C configuration) {
    return List.of();
  }

  /**
   * Whether the block gives on what it got, unchanged, to those it picks, as a router or a filter
   * does. The steps of those it picks are then written inside its own.
   */
  default boolean passesOn() {
    return false;
  }

  /** Whether none of what follows may be written into the block's own route. */
  default boolean staysAlone() {
    return false;
  }

  /**
   * The graphs of blocks inside the data of a container; empty for a kind that is none. Called
   * before the data is checked, so it takes nothing in it for granted.
   */
  default List<Section> sections(ObjectNode data) {
    return List.of();
  }

  /** Whether {@code $index} means something in the container's own expressions. */
  default boolean countsRounds() {
    return false;
  }

  /** What is run again of a container when a step inside it is. */
  default Restart restart() {
    return Restart.LATER_PARTS;
  }

  /** Who decides what runs inside a container; empty for a kind that is none. */
  default Optional<Conductor> conductor(C configuration) {
    return Optional.empty();
  }

  /**
   * A jq expression, without {@code ${ }}, that gives of this block's output what one of its
   * participants came to; empty for a kind without participants and when there is none of that id.
   * Takes nothing in the data for granted.
   */
  default Optional<String> excerpt(ObjectNode data, String participant) {
    return Optional.empty();
  }

  /** Of an output of this block the final result alone, without how it came about. */
  default JsonNode finalOutput(JsonNode output) {
    return output;
  }

  /**
   * Which workers of their groups the stages inside a container are sent to; empty for whichever.
   *
   * @param state what the container began with; see {@link Outcome.Composed}
   */
  default Optional<Placement> placement(C configuration, JsonNode state) {
    return Optional.empty();
  }

  /**
   * The Camel steps of this block and of all that follows it in its stage, each step a map as in
   * the YAML DSL.
   *
   * @param next writes what follows; a kind that neither routes nor filters appends {@link
   *     Next#all()}
   */
  List<Map<String, Object>> write(Site<C> site, Next next);
}

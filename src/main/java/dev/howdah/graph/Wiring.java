package dev.howdah.graph;

import dev.howdah.design.Blocks;
import dev.howdah.design.Connection;
import dev.howdah.design.Suggestion;
import dev.howdah.design.Unread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Connects the blocks of one level: as the design lists it, and as choosing blocks tell. */
final class Wiring {
  private final Map<String, Draft<?>> byId;
  private final Unread unread;
  private final Findings findings;
  private final Set<String> seen = new HashSet<>();

  private Wiring(Map<String, Draft<?>> byId, Unread unread, Findings findings) {
    this.byId = byId;
    this.unread = unread;
    this.findings = findings;
  }

  static void connect(Blocks blocks, Map<String, Draft<?>> byId, Findings findings) {
    Wiring wiring = new Wiring(byId, blocks.unread(), findings);
    // Those between participants add nothing where the blocks are connected anyway.
    blocks.connections().stream().filter(c -> c.between().isEmpty()).forEach(wiring::connect);
    blocks.connections().stream().filter(c -> c.between().isPresent()).forEach(wiring::connect);
    byId.values().forEach(wiring::connectChoices);
  }

  private void connect(Connection connection) {
    Draft<?> source = end(connection, connection.source(), "source");
    Draft<?> target = end(connection, connection.target(), "target");
    if (source != null && target != null && mayConnect(source, target, connection)) {
      boolean extracts = connection.extractsOutput() && connection.between().isEmpty();
      source.out.add(new Draft.Out(target, isOnError(connection), extracts));
    }
  }

  private Draft<?> end(Connection connection, String id, String side) {
    Draft<?> end = byId.get(id);
    if (end == null && !unread.mayHold(id)) {
      findings.add(
          connection.pointer() + "/" + side,
          "graph.unknown-block",
          "the connection's %s \"%s\" is no block here".formatted(side, id),
          known(id));
    }
    return end;
  }

  private String known(String id) {
    return Suggestion.of(id, byId.keySet())
        .map(meant -> "did you mean \"" + meant + "\"?")
        .orElseGet(() -> "use one of " + String.join(", ", byId.keySet()));
  }

  private boolean mayConnect(Draft<?> source, Draft<?> target, Connection connection) {
    boolean listed = connection.pointer().contains("/connections/");
    if (!listed) {
      return followsInOrder(source, target, connection);
    }
    String from = source.block.id();
    String to = target.block.id();
    if (source == target) {
      connection
          .between()
          .ifPresentOrElse(agents -> sameBlock(connection, agents), () -> itself(connection));
      return false;
    }
    if (!seen.add(key(source, target, isOnError(connection)))) {
      if (connection.between().isPresent()) {
        return false;
      }
      findings.add(
          connection.pointer(),
          "graph.duplicate-connection",
          "\"%s\" and \"%s\" are connected already".formatted(from, to),
          "remove one of the two connections");
      return false;
    }
    if (!source.choices().isEmpty()
        && !isOnError(connection)
        && source.choices().stream().noneMatch(c -> c.contains(to))) {
      findings.add(
          connection.pointer(),
          "graph.never-chosen",
          "\"%s\" never sends to \"%s\"".formatted(from, to),
          "name it in a route of \"%s\", or remove the connection".formatted(from));
      return false;
    }
    return true;
  }

  private void itself(Connection connection) {
    findings.add(
        connection.pointer(),
        "graph.self-connection",
        "\"%s\" is connected to itself".formatted(connection.source()),
        "remove the connection; to repeat a block, put it into a loop block");
  }

  private void sameBlock(Connection connection, Connection.Between agents) {
    findings.add(
        connection.pointer(),
        "graph.self-connection",
        "\"%s\" and \"%s\" take part in the same block \"%s\", whose pattern alone says who hears whom"
            .formatted(agents.source(), agents.target(), connection.source()),
        "remove the connection, or put \"%s\" into a block of its own and connect that"
            .formatted(agents.target()));
  }

  /** A connection that only the order of the list tells. */
  private boolean followsInOrder(Draft<?> source, Draft<?> target, Connection connection) {
    if (!source.choices().isEmpty()) {
      findings.add(
          source.block.pointer(),
          "graph.connections-needed",
          "\"%s\" chooses where to go, so the order of the list does not tell the connections"
              .formatted(source.block.id()),
          "add connections: [{source: …, target: …}, …] to the design");
      return false;
    }
    // A block whose id is taken has been reported, and is not the one that the id stands for.
    boolean isTargetItself = target.block.pointer().equals(connection.pointer());
    return isTargetItself && seen.add(key(source, target, false));
  }

  private static boolean isOnError(Connection connection) {
    return connection.on() == Connection.On.ERROR;
  }

  private static String key(Draft<?> source, Draft<?> target, boolean onError) {
    return source.block.id() + "\n" + target.block.id() + "\n" + onError;
  }

  private void connectChoices(Draft<?> source) {
    Set<String> targets = new LinkedHashSet<>();
    source.choices().forEach(targets::addAll);
    for (String id : targets) {
      Draft<?> target = byId.get(id);
      if (target == null) {
        unknownChoice(source, id);
      } else if (target == source) {
        findings.add(
            placeOf(id, source),
            "graph.self-connection",
            "\"%s\" sends to itself".formatted(id),
            "send to another block; to repeat a block, put it into a loop block");
      } else if (seen.add(key(source, target, false))) {
        source.out.add(new Draft.Out(target, false, false));
      }
    }
  }

  private void unknownChoice(Draft<?> source, String id) {
    if (!unread.mayHold(id)) {
      findings.add(
          placeOf(id, source),
          "graph.unknown-block",
          "\"%s\" sends to \"%s\", which is no block here".formatted(source.block.id(), id),
          known(id));
    }
  }

  /** Where a block's configuration names another one. */
  private static String placeOf(String id, Draft<?> source) {
    List<String> places = new ArrayList<>();
    String data = source.block.dataPointer();
    Strings.visit(
        source.block.data(),
        data,
        (pointer, text) -> {
          if (text.equals(id)) {
            places.add(pointer);
          }
        });
    return places.isEmpty() ? data : places.get(0);
  }
}

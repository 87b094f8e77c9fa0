package dev.howdah.plan;

import dev.howdah.design.Durations;
import dev.howdah.design.Retry;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine does about the blocks of a stage when they fail or take too long, in words: no
 * route can, since it must hold when the process that runs the route is gone.
 */
final class Decided {
  private Decided() {}

  /** One sentence for each block for which the design says something; empty when it does not. */
  static String of(Graph graph, Stage stage) {
    List<String> sentences = new ArrayList<>();
    for (Node node : stage.nodes()) {
      List<String> parts = parts(graph, node);
      if (!parts.isEmpty()) {
        sentences.add(
            "The engine decides for %s: %s.".formatted(node.id(), String.join("; ", parts)));
      }
    }
    return String.join(" ", sentences);
  }

  private static List<String> parts(Graph graph, Node node) {
    List<String> parts = new ArrayList<>();
    node.block().timeout().ifPresent(t -> parts.add("an attempt may take " + Durations.format(t)));
    if (!node.block().retry().equals(Retry.DEFAULT)) {
      parts.add(text(node.block().retry()));
    }
    List<String> targets =
        node.out().stream()
            .filter(Edge::onError)
            .map(edge -> graph.node(edge.target()).path())
            .toList();
    if (!targets.isEmpty()) {
      parts.add("its fault goes to " + String.join(", ", targets));
    }
    return parts;
  }

  private static String text(Retry retry) {
    if (retry.maxAttempts() == 1) {
      return "it is tried once";
    }
    String faults = retry.on().isEmpty() ? "" : " upon " + String.join(", ", retry.on());
    String longer =
        retry.multiplier() == 1
            ? ""
            : ", then %s times as long up to %s"
                .formatted(
                    BigDecimal.valueOf(retry.multiplier()).stripTrailingZeros().toPlainString(),
                    Durations.format(retry.maxBackoff()));
    return "it is tried up to %d times%s, after %s%s"
        .formatted(retry.maxAttempts(), faults, Durations.format(retry.backoff()), longer);
  }
}

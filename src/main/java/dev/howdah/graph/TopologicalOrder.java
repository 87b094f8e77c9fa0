package dev.howdah.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Orders blocks so that each comes after all that lead to it, as near to the written order as can
 * be.
 */
final class TopologicalOrder {
  private TopologicalOrder() {}

  /**
   * Kahn's algorithm; also fills {@link Draft#sources}.
   *
   * @param cycles gets one cycle when there is any; the order then lacks what is on or behind it
   */
  static List<Draft<?>> of(Collection<Draft<?>> drafts, Consumer<List<Draft<?>>> cycles) {
    Map<Draft<?>, Integer> missing = new HashMap<>();
    for (Draft<?> draft : drafts) {
      for (Draft.Out out : draft.out) {
        missing.merge(out.target(), 1, Integer::sum);
        out.target().sources.add(draft);
      }
    }
    ArrayDeque<Draft<?>> ready = new ArrayDeque<>();
    drafts.stream().filter(d -> !missing.containsKey(d)).forEach(ready::add);
    List<Draft<?>> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Draft<?> draft = ready.remove();
      ordered.add(draft);
      for (Draft.Out out : draft.out) {
        if (missing.merge(out.target(), -1, Integer::sum) == 0) {
          ready.add(out.target());
        }
      }
    }
    if (ordered.size() < drafts.size()) {
      cycles.accept(cycle(drafts, ordered));
    }
    return ordered;
  }

  private static List<Draft<?>> cycle(Collection<Draft<?>> drafts, List<Draft<?>> ordered) {
    Set<Draft<?>> settled = new LinkedHashSet<>(ordered);
    Draft<?> current = drafts.stream().filter(d -> !settled.contains(d)).findFirst().orElseThrow();
    List<Draft<?>> walked = new ArrayList<>();
    while (!walked.contains(current)) {
      walked.add(current);
      current =
          current.sources.stream().filter(d -> !settled.contains(d)).findFirst().orElseThrow();
    }
    List<Draft<?>> cycle = new ArrayList<>(walked.subList(walked.indexOf(current), walked.size()));
    java.util.Collections.reverse(cycle);
    return cycle;
  }
}

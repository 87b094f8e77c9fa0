package dev.howdah.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Orders blocks so that each comes after all that lead to it, as near to the written order as can
 * be.
 */
final class TopologicalOrder {
  private TopologicalOrder() {}

  /**
   * Kahn's algorithm, the first listed of what is ready first; also fills {@link Draft#sources}.
   * Holds all drafts even when there are cycles, so that the rest of them can be checked too.
   *
   * @param cycles gets each cycle, from the first block listed on
   */
  static List<Draft<?>> of(Collection<Draft<?>> drafts, Consumer<List<Draft<?>>> cycles) {
    Map<Draft<?>, Integer> missing = new HashMap<>();
    for (Draft<?> draft : drafts) {
      for (Draft.Out out : draft.out) {
        missing.merge(out.target(), 1, Integer::sum);
        out.target().sources.add(draft);
      }
    }
    Map<Draft<?>, Integer> listed = new HashMap<>();
    drafts.forEach(draft -> listed.put(draft, listed.size()));
    PriorityQueue<Draft<?>> ready = new PriorityQueue<>(Comparator.comparing(listed::get));
    drafts.stream().filter(d -> !missing.containsKey(d)).forEach(ready::add);
    Set<Draft<?>> ordered = new LinkedHashSet<>();
    while (ordered.size() < drafts.size()) {
      if (ready.isEmpty()) {
        List<Draft<?>> cycle = cycle(drafts, ordered);
        cycles.accept(cycle);
        ready.addAll(cycle);
      }
      Draft<?> draft = ready.remove();
      if (!ordered.add(draft)) {
        continue;
      }
      for (Draft.Out out : draft.out) {
        if (missing.merge(out.target(), -1, Integer::sum) == 0) {
          ready.add(out.target());
        }
      }
    }
    return List.copyOf(ordered);
  }

  private static List<Draft<?>> cycle(Collection<Draft<?>> drafts, Set<Draft<?>> settled) {
    List<Draft<?>> open = drafts.stream().filter(d -> !settled.contains(d)).toList();
    Draft<?> current = open.get(0);
    List<Draft<?>> walked = new ArrayList<>();
    while (!walked.contains(current)) {
      walked.add(current);
      current =
          current.sources.stream().filter(d -> !settled.contains(d)).findFirst().orElseThrow();
    }
    List<Draft<?>> cycle = new ArrayList<>(walked.subList(walked.indexOf(current), walked.size()));
    Collections.reverse(cycle);
    Draft<?> first = open.stream().filter(cycle::contains).findFirst().orElseThrow();
    Collections.rotate(cycle, -cycle.indexOf(first));
    return cycle;
  }
}

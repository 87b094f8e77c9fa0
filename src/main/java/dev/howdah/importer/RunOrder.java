package dev.howdah.importer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order in which things run that have others run before them. */
final class RunOrder {
  private RunOrder() {}

  /**
   * What can run, each after those before it, otherwise in the order of the map's keys. What is in
   * a cycle, or behind one, is left out.
   *
   * @param before those that run before each; all are keys
   */
  static List<String> of(Map<String, ? extends Set<String>> before) {
    Set<String> order = new LinkedHashSet<>();
    boolean found = true;
    while (found) {
      found = false;
      for (String next : before.keySet()) {
        if (!order.contains(next) && order.containsAll(before.get(next))) {
          order.add(next);
          found = true;
          break;
        }
      }
    }
    return List.copyOf(order);
  }

  /**
   * A cycle among what cannot run: each runs after the next, and the last is the first again.
   *
   * @param order as {@link #of} gives it, with at least one missing
   */
  static List<String> cycle(Map<String, ? extends Set<String>> before, List<String> order) {
    Set<String> left = new LinkedHashSet<>(before.keySet());
    left.removeAll(order);
    List<String> way = new ArrayList<>();
    String at = left.iterator().next();
    while (!way.contains(at)) {
      way.add(at);
      at = before.get(at).stream().filter(left::contains).findFirst().orElseThrow();
    }
    List<String> cycle = new ArrayList<>(way.subList(way.indexOf(at), way.size()));
    cycle.add(at);
    return cycle;
  }
}

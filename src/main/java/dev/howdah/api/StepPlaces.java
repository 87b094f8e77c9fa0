package dev.howdah.api;

import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where steps stand in their design.
 *
 * @param plan empty when this version of Howdah cannot compile the revision any more
 */
record StepPlaces(Optional<Plan> plan) {
  private static final Pattern NUMBER = Pattern.compile("[\\[#](\\d{1,9})]?$");

  /** The order of {@link #of places}: by design, then by item. */
  static final Comparator<List<Integer>> ORDER = StepPlaces::compare;

  /** The block of a step, such as {@code fetch} for {@code each[17]/fetch}. */
  Optional<Node> node(String path) {
    return plan.flatMap(p -> p.node(path));
  }

  /** The type of a step's block; null when it is not known. */
  String type(String path) {
    return node(path).map(node -> node.block().type()).orElse(null);
  }

  /** For ordering what began in the same millisecond. */
  List<Integer> of(String path) {
    List<Integer> place = new ArrayList<>();
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String until = end < 0 ? path : path.substring(0, end);
      place.add(node(until).map(Node::index).orElse(Integer.MAX_VALUE));
      if (end < 0) {
        return place;
      }
      place.add(item(until));
    }
  }

  /** 17 for {@code each[17]} and {@code loop#17}; 0 without one. */
  static int item(String instance) {
    Matcher number = NUMBER.matcher(instance);
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  /** The id of a step's block. */
  static String block(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int difference = Integer.compare(a.get(i), b.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}

package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.design.Suggestion;
import dev.howdah.expression.ExpressionException;
import dev.howdah.expression.References;
import dev.howdah.expression.Template;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Checks that what the expressions of one block read is there when the block runs. */
final class ReferenceCheck {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Set<String> upstream;
  private final Set<String> ids;
  private final Predicate<String> unclear;
  private final boolean perItem;
  private final Findings findings;

  private ReferenceCheck(
      Set<String> upstream,
      Set<String> ids,
      Predicate<String> unclear,
      boolean perItem,
      Findings findings) {
    this.upstream = upstream;
    this.ids = ids;
    this.unclear = unclear;
    this.perItem = perItem;
    this.findings = findings;
  }

  /**
   * @param upstream ids of the blocks that come before
   * @param ids ids of all blocks known so far
   * @param unclear whether a block may come before this one although it does not seem to
   * @param perItem whether {@code $item} means something
   */
  static void check(
      Draft<?> draft,
      Set<String> upstream,
      Set<String> ids,
      Predicate<String> unclear,
      boolean perItem,
      Findings findings) {
    ReferenceCheck check = new ReferenceCheck(upstream, ids, unclear, perItem, findings);
    String pointer = draft.block.pointer();
    draft
        .block
        .when()
        .ifPresent(when -> check.text(pointer + "/when", when.source(), when.references()));
    check.value(draft.ownData(), draft.block.dataPointer());
  }

  private void value(JsonNode value, String pointer) {
    Strings.visit(
        value,
        pointer,
        (place, text) -> {
          if (!text.contains("${")) {
            return;
          }
          try {
            text(place, text, Template.of(text).references());
          } catch (ExpressionException e) {
            // What does not parse reads nothing; it has been reported.
          }
        });
  }

  private void text(String pointer, String text, References references) {
    for (String id : references.blocks()) {
      if (!upstream.contains(id) && !unclear.test(id)) {
        findings.add(
            pointer,
            "graph.not-upstream",
            ids.contains(id)
                ? "$blocks.%s is read, but \"%s\" does not come before this block".formatted(id, id)
                : "$blocks.%s is read, but there is no block \"%s\"".formatted(id, id),
            cure(id, text));
      }
    }
    if (!perItem && (references.item() || references.index())) {
      findings.add(
          pointer,
          "graph.no-item",
          "$item and $index are read, but this block is not inside a split or a loop",
          "put the block into the blocks of a split or a loop, or read the input with .");
    }
  }

  private String cure(String id, String text) {
    Optional<String> cutAtMinus =
        upstream.stream()
            .filter(other -> other.startsWith(id + "-") && text.contains("$blocks." + other))
            .findFirst();
    if (cutAtMinus.isPresent()) {
      return "write "
          + member(cutAtMinus.get())
          + "; without the quotes jq takes the minus for a subtraction";
    }
    if (upstream.isEmpty()) {
      return "no block comes before this one; read the input with . or $input";
    }
    return Suggestion.of(id, upstream)
        .map(meant -> "did you mean " + member(meant) + "?")
        .orElseGet(() -> "read one of " + String.join(", ", upstream));
  }

  private static String member(String id) {
    return PLAIN.matcher(id).matches() ? "$blocks." + id : "$blocks[\"" + id + "\"]";
  }
}

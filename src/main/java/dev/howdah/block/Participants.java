package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.design.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Those who work together in a pattern, in the order listed. */
record Participants(List<Participant> all) {
  private static final List<String> ROLES =
      List.of(
          "manager",
          "worker",
          "specialist",
          "moderator",
          "reflector",
          "aggregator",
          "critic",
          "generator",
          "router");

  /** Those of a checked block. */
  static Participants of(PatternData data) {
    return of(data.agents().isEmpty() ? data.participants() : data.agents());
  }

  /** Those of data that may be wrong in any way. */
  static Participants of(ObjectNode data) {
    List<JsonNode> nodes = new ArrayList<>();
    if (data.path(property(data)).isArray()) {
      data.get(property(data)).forEach(nodes::add);
    }
    return of(nodes);
  }

  private static Participants of(List<JsonNode> nodes) {
    List<Participant> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      all.add(Participant.of(i, nodes.get(i)));
    }
    return new Participants(List.copyOf(all));
  }

  /** The section of each; none when nobody takes part, which is reported by {@link #check}. */
  static List<Section> sections(ObjectNode data) {
    List<Section> sections = new ArrayList<>();
    String property = property(data);
    int count = data.path(property).isArray() ? data.get(property).size() : 0;
    for (int i = 0; i < count; i++) {
      sections.add(Section.block("" + i, "/" + property + "/" + i));
    }
    return sections;
  }

  private static String property(JsonNode data) {
    return data.path("agents").isEmpty() && data.path("participants").isArray()
        ? "participants"
        : "agents";
  }

  /**
   * Reports what keeps them from working together.
   *
   * @param least how many it takes
   * @param unique roles of which there is one at most
   */
  void check(PatternData data, BlockCheck check, int least, String... unique) {
    String pointer = data.participants().isEmpty() ? "/agents" : "/participants";
    if (all.size() < least) {
      check.problem(
          all.isEmpty() ? "" : pointer,
          "pattern.too-few",
          all.isEmpty()
              ? "nobody takes part"
              : "%d take part where at least %d are needed".formatted(all.size(), least),
          "list them as agents: [{id: …, system_prompt: …}, …]");
    }
    for (int i = 0; i < all.size(); i++) {
      String role = all.get(i).role();
      if (!role.isEmpty() && !ROLES.contains(role)) {
        check.problem(
            pointer + "/" + i + "/role",
            "pattern.unknown-role",
            "there is no role \"" + role + "\"",
            Suggestion.of(role, ROLES)
                .map(meant -> "did you mean \"" + meant + "\"?")
                .orElse("use one of " + String.join(", ", ROLES) + ", or leave it out"));
      }
    }
    List<Participant> leading = all.stream().filter(p -> p.hasRole(unique)).toList();
    if (leading.size() > 1) {
      check.problem(
          pointer + "/" + leading.get(1).section() + "/role",
          "pattern.role-twice",
          "\"%s\" is %s already".formatted(leading.get(0).id(), leading.get(0).role()),
          "give the role to one of them");
    }
    data.context()
        .keySet()
        .forEach(
            id -> {
              if (find(id).isEmpty()) {
                check.problem(
                    "/context",
                    "pattern.unknown-participant",
                    "\"" + id + "\" is told something, but does not take part",
                    "name one of " + ids());
              }
            });
  }

  String ids() {
    return all.stream().map(Participant::id).collect(Collectors.joining(", "));
  }

  /** The one of that id; of that name when nobody has the id. */
  Optional<Participant> find(String name) {
    String wanted = name.strip();
    return all.stream()
        .filter(p -> p.id().equals(wanted))
        .findFirst()
        .or(() -> all.stream().filter(p -> p.name().equalsIgnoreCase(wanted)).findFirst())
        .or(() -> all.stream().filter(p -> p.id().equalsIgnoreCase(wanted)).findFirst());
  }

  Optional<Participant> withRole(String... roles) {
    return all.stream().filter(p -> p.hasRole(roles)).findFirst();
  }

  /** All but one; all when that one is nobody. */
  Participants without(Optional<Participant> one) {
    return new Participants(all.stream().filter(p -> one.filter(p::equals).isEmpty()).toList());
  }

  /** Lines that introduce all of them. */
  String introductions() {
    return all.stream().map(Participant::introduction).collect(Collectors.joining("\n"));
  }

  /** What a pattern does whatever its kind: fail with the first who fails, wait while one works. */
  static Optional<Move> unsettled(Parts parts) {
    Optional<Parts.Failure> failure = parts.firstFailure();
    if (failure.isPresent()) {
      return Optional.of(new Move.Fail(failure.get().fault()));
    }
    return parts.open() > 0 ? Optional.of(Move.WAIT) : Optional.empty();
  }

  /** The jq that gives the outputs of one of them in a list of entries. */
  static String outputsIn(String entries, String id) {
    return "[%s | select(.agent == \"%s\") | .output]".formatted(entries, id);
  }
}

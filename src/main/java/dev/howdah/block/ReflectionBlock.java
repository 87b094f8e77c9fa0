package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.ContainerKind;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.expression.Scope;
import java.util.List;
import java.util.Optional;

/**
 * One participant produces, the others criticise, and it goes round until they accept or the rounds
 * are spent.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class ReflectionBlock implements ContainerKind<PatternData> {
  private static final String[] GENERATOR = {"generator", "worker"};
  private static final String[] CRITIC = {"critic", "reflector"};

  @Override
  public String type() {
    return "reflection";
  }

  @Override
  public Class<PatternData> configuration() {
    return PatternData.class;
  }

  @Override
  public String subject(PatternData configuration) {
    return "agents";
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return Participants.sections(data);
  }

  @Override
  public void check(PatternData configuration, BlockCheck check) {
    Participants participants = Participants.of(configuration);
    participants.check(configuration, check, 2, GENERATOR);
    if (!participants.all().isEmpty()
        && participants.all().stream().allMatch(p -> p.hasRole(CRITIC))) {
      check.problem(
          "",
          "pattern.no-generator",
          "all participants criticise, and nobody produces anything",
          "give one of them the role generator");
    }
  }

  @Override
  public JsonNode begin(PatternData configuration, Scope scope) {
    return configuration.begin(scope);
  }

  @Override
  public Conductor conduct(PatternData configuration) {
    Participants participants = Participants.of(configuration);
    Participant generator = generator(participants);
    List<Participant> critics = participants.without(Optional.of(generator)).all();
    int rounds = configuration.roundsOrDefault();
    return parts -> next(generator, critics, rounds, parts);
  }

  private static Participant generator(Participants participants) {
    return participants
        .withRole(GENERATOR)
        .or(() -> participants.all().stream().filter(p -> !p.hasRole(CRITIC)).findFirst())
        .orElseGet(() -> participants.all().get(0));
  }

  private static Move next(
      Participant generator, List<Participant> critics, int rounds, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode iterations = result.putArray("iterations");
    JsonNode output = null;
    for (int round = 1; round <= rounds; round++) {
      String key = "#" + round;
      Optional<JsonNode> produced = generator.output(parts, key);
      if (produced.isEmpty()) {
        return Move.start(produce(generator, parts.state(), round, output, iterations));
      }
      output = produced.get();
      if (critics.get(0).output(parts, key).isEmpty()) {
        JsonNode reviewed = output;
        int now = round;
        return new Move.Start(
            critics.stream().map(c -> criticise(c, parts.state(), now, reviewed)).toList());
      }
      ObjectNode iteration = iterations.addObject().put("round", round);
      iteration.setAll(generator.entry(output));
      if (take(iteration, critics, parts, key)) {
        break;
      }
    }
    return new Move.Finish(result.set("final_result", output));
  }

  /** Adds what the critics said; whether all of them accept. */
  private static boolean take(
      ObjectNode iteration, List<Participant> critics, Parts parts, String key) {
    boolean accepted = true;
    ArrayNode critiques = JsonNodeFactory.instance.arrayNode();
    for (Participant critic : critics) {
      Critique critique = Critique.read(critic.output(parts, key).orElseThrow());
      ObjectNode entry = critic.entry();
      entry.put("accepted", critique.accepted());
      critiques.add(entry.set("feedback", critique.feedback()));
      accepted &= critique.accepted();
    }
    iteration.put("accepted", accepted);
    iteration.set("critiques", critiques);
    return accepted;
  }

  /**
   * @param before what it produced in the round before; null in the first
   */
  private static Part produce(
      Participant generator, JsonNode state, int round, JsonNode before, ArrayNode iterations) {
    Brief brief = Brief.of(state, generator).fact("round", round);
    if (before != null) {
      JsonNode critiques = iterations.get(iterations.size() - 1).get("critiques");
      brief.fact("previous", before).fact("critiques", critiques);
      brief.say("This is what you have written so far:\n" + Brief.text(before));
      StringBuilder words = new StringBuilder();
      for (JsonNode critique : critiques) {
        words.append("\n- ").append(Brief.text(critique.get("feedback")));
      }
      brief.say("This is what is to be improved:" + words);
      brief.say("Write it anew, improved.");
    }
    return generator.part("#" + round, brief.input());
  }

  private static Part criticise(Participant critic, JsonNode state, int round, JsonNode output) {
    return critic.part(
        "#" + round,
        Brief.of(state, critic)
            .fact("round", round)
            .fact("output", output)
            .say("This is what somebody has made of that task:\n" + Brief.text(output))
            .say(
                "Review it. Answer with JSON only: {\"accepted\": true or false, \"feedback\": \"what is to"
                    + " be improved\"}. Accept it when it needs no further change.")
            .input());
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    Participants participants = Participants.of(data);
    return participants
        .find(participant)
        .map(
            p ->
                p.equals(generator(participants))
                    ? ".final_result"
                    : "[.iterations[]?.critiques[]? | select(.agent == \"%s\") | .feedback] | .[-1]"
                        .formatted(p.id()));
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    return output.path("final_result");
  }
}

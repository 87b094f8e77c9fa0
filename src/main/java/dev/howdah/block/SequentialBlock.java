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
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.expression.Scope;
import java.util.List;
import java.util.Optional;

/** Each participant works on what the one before it came to. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class SequentialBlock implements ContainerKind<PatternData> {

  @Override
  public String type() {
    return "sequential";
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
    Participants.of(configuration).check(configuration, check, 1);
  }

  @Override
  public JsonNode begin(PatternData configuration, Scope scope) {
    return configuration.begin(scope);
  }

  @Override
  public Conductor conduct(PatternData configuration) {
    Participants participants = Participants.of(configuration);
    return parts -> next(participants, parts);
  }

  private static Move next(Participants participants, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    ArrayNode steps = JsonNodeFactory.instance.arrayNode();
    JsonNode last = null;
    for (Participant participant : participants.all()) {
      Optional<JsonNode> output = participant.output(parts, "");
      if (output.isEmpty()) {
        return Move.start(participant.part("", input(parts.state(), participant, last)));
      }
      last = output.get();
      steps.add(participant.entry(last));
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set("steps", steps);
    result.set("final_result", last);
    return new Move.Finish(result);
  }

  /**
   * @param last the output of the participant before; null for the first
   */
  private static JsonNode input(JsonNode state, Participant participant, JsonNode last) {
    if (last == null) {
      return Brief.isMoreThanTheTask(state, participant)
          ? Brief.of(state, participant).input()
          : state.get(PatternData.TASK);
    }
    if (!state.path(PatternData.CONTEXT).has(participant.id())) {
      return last;
    }
    return Brief.of(withoutInput(state), participant, last).fact("previous", last).input();
  }

  /** What came in is the first one's business. */
  private static JsonNode withoutInput(JsonNode state) {
    return ((ObjectNode) state.deepCopy()).without(PatternData.INPUT);
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    return Participants.of(data)
        .find(participant)
        .map(p -> Participants.outputsIn(".steps[]?", p.id()) + " | .[-1]");
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    return output.path("final_result");
  }
}

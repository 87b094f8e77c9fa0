package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
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
 * Participants take turns for a number of rounds, and each sees the whole debate so far, what was
 * said in its own round included; a moderator may give the verdict.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class DebateBlock implements ContainerKind<PatternData> {
  private static final String MODERATOR = "moderator";
  private static final String HISTORY = "debate_history";
  private static final String VERDICT = "verdict";

  @Override
  public String type() {
    return "debate";
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
    int least = participants.withRole(MODERATOR).isPresent() ? 2 : 1;
    participants.check(configuration, check, least, MODERATOR);
  }

  @Override
  public JsonNode begin(PatternData configuration, Scope scope) {
    return configuration.begin(scope);
  }

  @Override
  public Conductor conduct(PatternData configuration) {
    Participants participants = Participants.of(configuration);
    Optional<Participant> moderator = participants.withRole(MODERATOR);
    List<Participant> speakers = participants.without(moderator).all();
    int rounds = configuration.roundsOrDefault();
    return parts -> next(speakers, moderator, rounds, parts);
  }

  private static Move next(
      List<Participant> speakers, Optional<Participant> moderator, int rounds, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    ArrayNode history = JsonNodeFactory.instance.arrayNode();
    StringBuilder words = new StringBuilder();
    for (int round = 1; round <= rounds; round++) {
      for (Participant speaker : speakers) {
        Optional<JsonNode> said = speaker.output(parts, "#" + round);
        if (said.isEmpty()) {
          return Move.start(turn(speaker, parts.state(), round, rounds, history, words));
        }
        ObjectNode entry = JsonNodeFactory.instance.objectNode().put("round", round);
        history.add(entry.setAll(speaker.entry(said.get())));
        words.append("\n\n").append(speaker.name()).append(", round ").append(round).append(":\n");
        words.append(Brief.text(said.get()));
      }
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set(HISTORY, history);
    if (moderator.isEmpty()) {
      return new Move.Finish(result.set(VERDICT, NullNode.instance));
    }
    return moderator
        .get()
        .output(parts, "")
        .<Move>map(verdict -> new Move.Finish(result.set(VERDICT, verdict)))
        .orElseGet(
            () -> Move.start(verdict(moderator.get(), parts.state(), history, words.toString())));
  }

  private static Part turn(
      Participant speaker,
      JsonNode state,
      int round,
      int rounds,
      ArrayNode history,
      CharSequence words) {
    Brief brief = Brief.of(state, speaker).fact("round", round).fact("rounds", rounds);
    brief.fact("debate", history);
    brief.say(
        history.isEmpty()
            ? "You open a debate about this."
            : "This is debated. All that has been said so far:" + words);
    brief.say(
        "It is round %d of %d and the turn of %s, which is you. Answer what was said, and make your point."
            .formatted(round, rounds, speaker.name()));
    return speaker.part("#" + round, brief.input());
  }

  private static Part verdict(
      Participant moderator, JsonNode state, ArrayNode history, String words) {
    return moderator.part(
        "",
        Brief.of(state, moderator)
            .fact("debate", history)
            .say("This was debated. All that has been said:" + words)
            .say("The debate is over. Weigh what was said, and give the verdict.")
            .input());
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    Participants participants = Participants.of(data);
    Optional<Participant> moderator = participants.withRole(MODERATOR);
    return participants
        .find(participant)
        .map(
            p ->
                moderator.filter(p::equals).isPresent()
                    ? "." + VERDICT
                    : Participants.outputsIn("." + HISTORY + "[]?", p.id()) + " | .[-1]");
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    return output.path(VERDICT).isNull() ? output.path(HISTORY) : output.path(VERDICT);
  }
}

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
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.expression.Scope;
import java.util.List;
import java.util.Optional;

/** All participants work on the same task at once; one more may put together what they came to. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class ParallelBlock implements ContainerKind<PatternData> {
  private static final String[] AGGREGATOR = {"aggregator", "manager"};
  private static final String INDIVIDUAL = "individual_results";
  private static final String AGGREGATED = "aggregated_result";

  @Override
  public String type() {
    return "parallel";
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
    int least = participants.withRole(AGGREGATOR).isPresent() ? 2 : 1;
    participants.check(configuration, check, least, AGGREGATOR);
  }

  @Override
  public JsonNode begin(PatternData configuration, Scope scope) {
    return configuration.begin(scope);
  }

  @Override
  public Conductor conduct(PatternData configuration) {
    Participants participants = Participants.of(configuration);
    Optional<Participant> aggregator = participants.withRole(AGGREGATOR);
    List<Participant> workers = participants.without(aggregator).all();
    return parts -> next(workers, aggregator, parts);
  }

  private static Move next(
      List<Participant> workers, Optional<Participant> aggregator, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    if (parts.started() == 0) {
      return new Move.Start(
          workers.stream().map(w -> w.part("", Brief.of(parts.state(), w).input())).toList());
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode individual = result.putArray(INDIVIDUAL);
    StringBuilder words = new StringBuilder();
    for (Participant worker : workers) {
      JsonNode output = worker.output(parts, "").orElseThrow();
      individual.add(worker.entry(output));
      words.append("\n\n").append(worker.name()).append(":\n").append(Brief.text(output));
    }
    if (aggregator.isEmpty()) {
      return new Move.Finish(result.set(AGGREGATED, NullNode.instance));
    }
    return aggregator
        .get()
        .output(parts, "")
        .<Move>map(output -> new Move.Finish(result.set(AGGREGATED, output)))
        .orElseGet(
            () ->
                Move.start(
                    aggregator
                        .get()
                        .part(
                            "",
                            Brief.of(parts.state(), aggregator.get())
                                .fact(INDIVIDUAL, individual)
                                .say("These are the answers of several others:" + words)
                                .say("Put them together into one answer to the task.")
                                .input())));
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    Participants participants = Participants.of(data);
    Optional<Participant> aggregator = participants.withRole(AGGREGATOR);
    return participants
        .find(participant)
        .map(
            p ->
                aggregator.filter(p::equals).isPresent()
                    ? "." + AGGREGATED
                    : Participants.outputsIn("." + INDIVIDUAL + "[]?", p.id()) + " | .[-1]");
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    return output.path(AGGREGATED).isNull() ? output.path(INDIVIDUAL) : output.path(AGGREGATED);
  }
}

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
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A router, or an expression, picks one or more specialists, and those work on the task at once.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class RoutingBlock implements ContainerKind<RoutingBlock.Configuration> {
  private static final String[] ROUTER = {"router", "manager"};
  private static final String DECISION = "routing_decision";
  private static final String RESULTS = "results";
  private static final String SELECTED = "selected";

  /** How often a router may say whom it picks. */
  private static final int ATTEMPTS = 2;

  /** What a routing block is told: what any pattern is, and perhaps how to pick. */
  public record Configuration(
      @Doc("what people call the block") Optional<String> label,
      @Doc("what is to be done; the block's input if left out") @Default("${ . }") Template task,
      @Doc("accepted in all patterns; means something in debate and reflection only")
          Optional<Integer> rounds,
      @Doc("an expression that picks instead of a router: the id of a specialist, or a list of ids")
          Optional<Expression> select,
      @Doc(
              "what single participants are told besides, by their ids; connections of type agent add to it")
          @Default("{}")
          Map<String, Template> context,
      @Doc("the participants: blocks of any leaf type, agents if they name none") @Default("[]")
          List<JsonNode> agents,
      @Doc("another name for agents") @Default("[]") List<JsonNode> participants) {
    public Configuration {
      new PatternData(label, task, rounds, context, agents, participants);
    }

    PatternData pattern() {
      return new PatternData(label, task, rounds, context, agents, participants);
    }
  }

  @Override
  public String type() {
    return "routing";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.select().isPresent() ? "select" : "agents";
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return Participants.sections(data);
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    PatternData pattern = configuration.pattern();
    Participants participants = Participants.of(pattern);
    participants.check(pattern, check, configuration.select().isPresent() ? 1 : 2, ROUTER);
    Optional<Participant> router = participants.withRole(ROUTER);
    if (configuration.select().isPresent() && router.isPresent()) {
      check.problem(
          "/select",
          "routing.two-deciders",
          "\"select\" picks, and \"%s\" has the role to pick".formatted(router.get().id()),
          "remove one of them");
    }
  }

  @Override
  public JsonNode begin(Configuration configuration, Scope scope) {
    ObjectNode state = configuration.pattern().begin(scope);
    configuration.select().ifPresent(select -> state.set(SELECTED, select.evaluate(scope)));
    return state;
  }

  @Override
  public Conductor conduct(Configuration configuration) {
    Participants participants = Participants.of(configuration.pattern());
    if (configuration.select().isPresent()) {
      return parts -> {
        Optional<Move> unsettled = Participants.unsettled(parts);
        return unsettled.orElseGet(
            () -> {
              Selection selection = Selection.read(parts.state().get(SELECTED), participants);
              return selection
                  .problem()
                  .<Move>map(Move.Fail::new)
                  .orElseGet(() -> follow(selection, parts));
            });
      };
    }
    Participant router = router(participants);
    Participants specialists = participants.without(Optional.of(router));
    return parts -> next(router, specialists, parts);
  }

  private static Participant router(Participants participants) {
    return participants.withRole(ROUTER).orElseGet(() -> participants.all().get(0));
  }

  private static Move next(Participant router, Participants specialists, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    Optional<Fault> problem = Optional.empty();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<JsonNode> answer = router.output(parts, "#" + attempt);
      if (answer.isEmpty()) {
        return Move.start(pick(router, specialists, parts.state(), attempt, problem));
      }
      Selection selection = Selection.read(answer.get(), specialists);
      problem = selection.problem();
      if (problem.isEmpty()) {
        return follow(selection, parts);
      }
    }
    return new Move.Fail(problem.orElseThrow());
  }

  private static Part pick(
      Participant router,
      Participants specialists,
      JsonNode state,
      int attempt,
      Optional<Fault> problem) {
    ArrayNode listed = JsonNodeFactory.instance.arrayNode();
    specialists
        .all()
        .forEach(
            s ->
                listed.addObject().put("id", s.id()).put("name", s.name()).put("about", s.about()));
    Brief brief = Brief.of(state, router).fact("specialists", listed);
    brief.say("These specialists could work on it:\n" + specialists.introductions());
    brief.say(
        "Choose one of them, or several when it takes several. Answer with JSON only: {\"selected\":"
            + " [\"id of a specialist\"], \"reason\": \"why\"}.");
    problem.ifPresent(
        fault -> {
          brief.fact("problem", fault.toJson());
          brief.say("You have answered before, but " + fault.message() + ". Answer again.");
        });
    return router.part("#" + attempt, brief.input());
  }

  private static Move follow(Selection selection, Parts parts) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set(DECISION, selection.decision());
    result.set("selected_agents", Selection.ids(selection.chosen()));
    ArrayNode results = result.putArray(RESULTS);
    for (Participant one : selection.chosen()) {
      one.output(parts, "").ifPresent(output -> results.add(one.entry(output)));
    }
    return results.size() == selection.chosen().size()
        ? new Move.Finish(result)
        : new Move.Start(
            selection.chosen().stream()
                .map(one -> one.part("", Brief.of(parts.state(), one).input()))
                .toList());
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    Participants participants = Participants.of(data);
    return participants
        .find(participant)
        .map(
            p ->
                !data.has("select") && p.equals(router(participants))
                    ? "." + DECISION
                    : Participants.outputsIn("." + RESULTS + "[]?", p.id()) + " | .[-1]");
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    JsonNode results = output.path(RESULTS);
    if (results.size() == 1) {
      return results.get(0).get("output");
    }
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    results.forEach(entry -> outputs.add(entry.get("output")));
    return outputs;
  }
}

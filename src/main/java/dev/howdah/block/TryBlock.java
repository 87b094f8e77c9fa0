package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.ContainerKind;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Restart;
import dev.howdah.block.spi.Section;
import dev.howdah.block.spi.Unwinding;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.design.FaultCodes;
import dev.howdah.design.Written;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Runs the blocks inside it and, when one of them fails for good, undoes what is done, handles the
 * fault, and tidies up: a saga.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class TryBlock implements ContainerKind<TryBlock.Configuration> {
  private static final String BODY = "";
  private static final String FINALLY = "finally";
  private static final String COMPENSATE = "compensate-";

  /** What to do about some faults. */
  public record Catch(
      @Doc("the faults to handle, as codes or as prefixes ending in *; every fault if left out")
          @Default("[]")
          List<String> errors,
      @Doc(
              "the blocks that handle it; the first ones get the fault, the last ones' output is the try's")
          @Default("[]")
          List<JsonNode> blocks,
      @Doc("the connections between them; in the order listed if left out")
          Optional<List<JsonNode>> connections) {
    boolean handles(Fault fault) {
      return errors.isEmpty() || FaultCodes.cover(errors, fault.code());
    }
  }

  /** Some blocks. */
  public record Body(
      @Doc("the blocks to run") @Default("[]") List<JsonNode> blocks,
      @Doc("the connections between them; in the order listed if left out")
          Optional<List<JsonNode>> connections) {}

  /** What a try block is told. */
  public record Configuration(
      @Doc("the blocks to try") @Default("[]") List<JsonNode> blocks,
      @Doc("the connections between them; in the order listed if left out")
          Optional<List<JsonNode>> connections,
      @Doc("what handles faults; the first that names the fault, as in Java")
          @Written("catch")
          @Default("[]")
          List<Catch> handlers,
      @Doc(
              "blocks that undo others: each is a block that also says for which; run in the reverse order when the try fails")
          @Default("[]")
          List<JsonNode> compensate,
      @Doc("blocks that run in the end, whatever happened") @Written("finally")
          Optional<Body> last) {}

  @Override
  public String type() {
    return "try";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.compensate().isEmpty() ? "blocks" : "saga";
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    List<Section> sections = new ArrayList<>();
    sections.add(Section.graph(BODY, ""));
    for (int i = 0; i < data.path("catch").size(); i++) {
      sections.add(Section.graph(handler(i), "/catch/" + i));
    }
    for (int i = 0; i < data.path("compensate").size(); i++) {
      sections.add(Section.block(compensation(i), "/compensate/" + i));
    }
    if (data.path(FINALLY).isObject()) {
      sections.add(Section.graph(FINALLY, "/finally"));
    }
    return sections;
  }

  private static String handler(int index) {
    return "catch-" + index;
  }

  private static String compensation(int index) {
    return COMPENSATE + index;
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    List<String> ids = configuration.blocks().stream().map(b -> b.path("id").asText()).toList();
    for (int i = 0; i < configuration.compensate().size(); i++) {
      JsonNode undone = configuration.compensate().get(i).path("for");
      if (!undone.isTextual() || !ids.contains(undone.textValue())) {
        check.problem(
            "/compensate/" + i + (undone.isMissingNode() ? "" : "/for"),
            "try.compensates-nothing",
            undone.isTextual()
                ? "\"%s\" is no block of this try".formatted(undone.textValue())
                : "a compensating block does not say which block it undoes",
            "write for: with the id of one of " + String.join(", ", ids));
      }
    }
  }

  /** What was undone cannot be taken as done. */
  @Override
  public Restart restart() {
    return Restart.WHOLE;
  }

  @Override
  public JsonNode begin(Configuration configuration, Scope scope) {
    return scope.value();
  }

  @Override
  public Conductor conduct(Configuration configuration) {
    if (configuration.compensate().isEmpty() && configuration.last().isEmpty()) {
      return parts -> next(configuration, parts);
    }
    return new Unwinding() {
      @Override
      public Move next(Parts parts) {
        return TryBlock.next(configuration, parts);
      }

      /** What undoes and what tidies up runs to its end. */
      @Override
      public boolean stops(String section) {
        return !section.startsWith(COMPENSATE) && !section.equals(FINALLY);
      }
    };
  }

  private static Move next(Configuration configuration, Parts parts) {
    if (parts.started() == 0) {
      return parts
          .interruption()
          .<Move>map(Move.Fail::new)
          .orElseGet(() -> start(BODY, parts.state()));
    }
    if (parts.open() > 0) {
      return Move.WAIT;
    }
    Optional<Parts.Failure> failure = parts.failure(BODY, "");
    if (failure.isEmpty()) {
      return settle(configuration, parts, parts.output(BODY, "").orElseThrow(), null);
    }
    Fault fault = failure.get().fault();
    for (int i : undoing(configuration, parts)) {
      if (!hasEnded(parts, compensation(i))) {
        return start(compensation(i), output(parts, configuration.compensate().get(i)));
      }
    }
    Optional<Fault> notUndone = notUndone(configuration, parts, fault);
    if (notUndone.isPresent()) {
      return settle(configuration, parts, null, notUndone.get());
    }
    for (int i = 0; i < configuration.handlers().size(); i++) {
      boolean mayBegin = parts.interruption().isEmpty();
      if (configuration.handlers().get(i).handles(fault)
          && (mayBegin || hasEnded(parts, handler(i)))) {
        return handle(configuration, parts, handler(i), failure.get());
      }
    }
    return settle(configuration, parts, null, fault);
  }

  private static Move start(String section, JsonNode input) {
    return Move.start(new Part(section, "", input, 0));
  }

  private static boolean hasEnded(Parts parts, String section) {
    return parts.output(section, "").isPresent() || parts.failure(section, "").isPresent();
  }

  /** What undoes the blocks that are done, the last of them first. */
  private static List<Integer> undoing(Configuration configuration, Parts parts) {
    List<Integer> undoing = new ArrayList<>();
    for (Parts.Done done : parts.done(BODY, "")) {
      for (int i = 0; i < configuration.compensate().size(); i++) {
        if (configuration.compensate().get(i).path("for").asText().equals(done.block())) {
          undoing.add(i);
        }
      }
    }
    Collections.reverse(undoing);
    return undoing;
  }

  private static JsonNode output(Parts parts, JsonNode compensation) {
    return parts.done(BODY, "").stream()
        .filter(done -> done.block().equals(compensation.path("for").asText()))
        .findFirst()
        .orElseThrow()
        .output();
  }

  /** One that cannot be undone stops no other from being undone, but is not passed over. */
  private static Optional<Fault> notUndone(Configuration configuration, Parts parts, Fault cause) {
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < configuration.compensate().size(); i++) {
      parts
          .failure(compensation(i), "")
          .ifPresent(f -> failed.add(f.block() + " (" + f.fault().message() + ")"));
    }
    return failed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Fault.rejected(
                "try.not-undone",
                Blame.DESIGN,
                "after \"%s\" it could not be undone by %s; look after it by hand"
                    .formatted(cause.message(), String.join(", ", failed))));
  }

  private static Move handle(
      Configuration configuration, Parts parts, String section, Parts.Failure failure) {
    if (!hasEnded(parts, section)) {
      ObjectNode error = failure.fault().toJson();
      error.put("block", failure.block());
      error.put("path", failure.path());
      error.set("input", parts.state());
      return start(section, error);
    }
    return parts
        .failure(section, "")
        .map(again -> settle(configuration, parts, null, again.fault()))
        .orElseGet(
            () -> settle(configuration, parts, parts.output(section, "").orElseThrow(), null));
  }

  /**
   * @param output null when it failed
   * @param fault null when it did not
   */
  private static Move settle(
      Configuration configuration, Parts parts, JsonNode output, Fault fault) {
    if (configuration.last().isPresent() && !hasEnded(parts, FINALLY)) {
      return start(FINALLY, output == null ? fault.toJson() : output);
    }
    Optional<Parts.Failure> inTheEnd = parts.failure(FINALLY, "");
    if (inTheEnd.isPresent()) {
      return new Move.Fail(inTheEnd.get().fault());
    }
    return output == null ? new Move.Fail(fault) : new Move.Finish(output);
  }
}

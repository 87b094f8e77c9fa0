package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The parts that a container has started in one execution. Mutable; owned by its {@link Flow}. */
final class Ensemble implements Parts {
  /** Gives what a container's expressions see. */
  @FunctionalInterface
  interface Sight {
    Scope scope(JsonNode input, int index);
  }

  /** One part; what it came to stays empty while it runs. */
  static final class Member {
    final Part part;
    ScopeState scope;
    Optional<Value> output = Optional.empty();
    Optional<Failure> failure = Optional.empty();

    Member(Part part) {
      this.part = part;
    }

    boolean hasEnded() {
      return output.isPresent() || failure.isPresent();
    }
  }

  /**
   * Something that has cut the work of a conductor short before, and does so again.
   *
   * @param started after so many parts
   * @param again harmless when that is done already
   */
  record Cut(int started, Runnable again) {}

  private final Value state;
  private final Sight sight;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private Failure firstFailure;
  private Optional<Fault> interruption = Optional.empty();
  private int open;

  /** Whether the conductor is to be asked already. */
  boolean queued;

  /** Whether the conductor has nothing more to say, and only waits for what is undone inside. */
  boolean leaving;

  /** Whether the container has run for as long as it may. */
  boolean late;

  /** How many parts had been started when that was so. */
  int startedWhenLate;

  /** How many parts had been started at the {@link #interruption}. */
  int startedWhenInterrupted;

  /** What is known to cut the work of the conductor short, in this order. */
  final Deque<Cut> cuts = new ArrayDeque<>(0);

  Ensemble(Value state, Sight sight) {
    this.state = state;
    this.sight = sight;
  }

  /** Adds a part; empty when it was started before. */
  Optional<Member> start(Part part) {
    Member member = new Member(part);
    if (members.putIfAbsent(key(part.section(), part.key()), member) != null) {
      return Optional.empty();
    }
    open++;
    return Optional.of(member);
  }

  void completed(Member member, Value output) {
    member.output = Optional.of(output);
    open--;
  }

  void failed(Member member, Failure failure) {
    member.failure = Optional.of(failure);
    firstFailure = firstFailure == null ? failure : firstFailure;
    open--;
  }

  void interrupt(Fault why) {
    interruption = Optional.of(why);
    startedWhenInterrupted = started();
  }

  void beLate() {
    late = true;
    startedWhenLate = started();
  }

  /** Whether something cuts the work short before another part is started. */
  boolean isCut() {
    return !cuts.isEmpty() && started() >= cuts.peek().started();
  }

  /** The parts of some sections that have not ended. */
  List<Member> open(Predicate<String> sections) {
    return members.values().stream()
        .filter(member -> !member.hasEnded() && sections.test(member.part.section()))
        .toList();
  }

  @Override
  public JsonNode state() {
    return state.node();
  }

  @Override
  public int started() {
    return members.size();
  }

  @Override
  public int open() {
    return open;
  }

  @Override
  public Optional<JsonNode> output(String section, String key) {
    return find(section, key).flatMap(member -> member.output).map(Value::node);
  }

  @Override
  public Optional<Failure> failure(String section, String key) {
    return find(section, key).flatMap(member -> member.failure);
  }

  @Override
  public Optional<Failure> firstFailure() {
    return Optional.ofNullable(firstFailure);
  }

  @Override
  public List<JsonNode> outputs() {
    List<JsonNode> outputs = new ArrayList<>(members.size());
    members.values().forEach(member -> member.output.map(Value::node).ifPresent(outputs::add));
    return outputs;
  }

  @Override
  public List<Done> done(String section, String key) {
    List<Done> done = new ArrayList<>();
    find(section, key)
        .ifPresent(
            member -> {
              for (BlockState block : member.scope.blocks) {
                if (block.phase == BlockState.Phase.DONE) {
                  done.add(new Done(block.node.id(), block.output.node()));
                }
              }
            });
    return done;
  }

  @Override
  public Optional<Fault> interruption() {
    return interruption;
  }

  @Override
  public Scope scope(JsonNode input, int index) {
    return sight.scope(input, index);
  }

  private Optional<Member> find(String section, String key) {
    return Optional.ofNullable(members.get(key(section, key)));
  }

  private static String key(String section, String key) {
    return section + "\n" + key;
  }
}

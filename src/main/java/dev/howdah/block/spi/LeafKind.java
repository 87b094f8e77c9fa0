package dev.howdah.block.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kind of block that does something itself instead of steering what others get. It becomes one
 * {@code to} step whose endpoint has the kind's {@link #scheme} and the configuration as its
 * parameters.
 *
 * @param <C> the configuration record
 */
public interface LeafKind<C extends Record> extends BlockKind<C> {

  /**
   * The scheme of the kind's endpoints: its type, unless a component of Camel that users' routes
   * may need has that name.
   */
  default String scheme() {
    return type();
  }

  /**
   * The part of the endpoint URI behind the scheme: what a reader wants to see first, such as the
   * module or the host. Letters, digits, {@code . _ - /} only.
   */
  String subject(C configuration);

  /**
   * Prepares calls of one block: compiles, connects, looks up. Called once when the block's route
   * is loaded; the result serves many executions at once.
   */
  Call prepare(C configuration, Services services);

  /**
   * Whether calls end by themselves, with a fault that says so, when {@link Invocation#timeout} is
   * over. Others are stopped then, and the fault is {@code block.timeout}.
   */
  default boolean keepsTime() {
    return false;
  }

  @Override
  default List<Map<String, Object>> write(Site<C> site, Next next) {
    List<Map<String, Object>> steps = new ArrayList<>();
    steps.add(
        Steps.to(site.id(), scheme() + ":" + subject(site.configuration()), site.parameters()));
    steps.addAll(next.all());
    return steps;
  }
}

package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/**
 * What one kind of block is held to by the contract of all kinds.
 *
 * <p>Designs begin at {@code blocks:}, and what is looked at is the block {@code it}. They may hold
 * the names that {@link Neighbours#fill} replaces. Steps are written as {@code path}, or {@code
 * path status} when they have not completed, in any order; all steps of the execution are listed.
 */
interface Sample {
  /** A design that completes. */
  record Works(String design, String input, String result, List<String> steps) {}

  /**
   * A design that is refused when it is saved.
   *
   * @param design with {@code <!>} where the problem is to be told
   */
  record Refused(String design, String code) {}

  /** A design that fails in {@code it}. */
  record Fails(String design, String input, String code, Blame blame, List<String> steps) {}

  /**
   * A design that does not go on by itself, and says {@code timeout: LIMIT} where its time is
   * limited.
   *
   * @param code of the fault when the limit is over
   * @param outside who works for it meanwhile
   */
  record Hangs(String design, String input, String code, Blame blame, Outside outside) {}

  /**
   * A design that goes on when the neighbours are {@link Neighbours#release released}.
   *
   * @param outside who works for it before
   */
  record Interrupted(
      String design, String input, String result, List<String> steps, Outside outside) {}

  /** The type of the block. */
  String kind();

  List<Works> works();

  Refused refused();

  List<Fails> fails();

  /** A first attempt fails, and a second one does not. */
  Case<Works> retried();

  Case<List<Hangs>> hangs();

  /** What is in the middle of something when its process is killed. */
  Interrupted interrupted();
}

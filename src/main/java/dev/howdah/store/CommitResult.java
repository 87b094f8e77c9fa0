package dev.howdah.store;

import java.util.List;

/**
 * What a commit found to be done already.
 *
 * @param stepConflicts how many steps were recorded before and stayed as they were
 * @param alreadyFinished ids of executions to finish that had ended before or do not exist
 */
public record CommitResult(int stepConflicts, List<String> alreadyFinished) {
  public CommitResult {
    alreadyFinished = List.copyOf(alreadyFinished);
  }
}

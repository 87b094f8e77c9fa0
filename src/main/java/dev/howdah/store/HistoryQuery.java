package dev.howdah.store;

import java.util.Objects;
import java.util.Optional;

/**
 * Which executions a page of history shows, newest first.
 *
 * @param deploymentId those of one deployment, or of all
 * @param designId those of one design, whatever its revision, or of all
 * @param status those that are this far, or all
 * @param before the last id of the page before, or empty for the first page
 * @param limit the size of the page, at least 1
 */
public record HistoryQuery(
    Optional<String> deploymentId,
    Optional<String> designId,
    Optional<ExecutionStatus> status,
    Optional<String> before,
    int limit) {
  public HistoryQuery {
    Objects.requireNonNull(deploymentId, "deploymentId");
    Objects.requireNonNull(designId, "designId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(before, "before");
    if (limit < 1) {
      throw new IllegalArgumentException("a page has at least one row, not " + limit);
    }
  }

  /** The newest executions of a deployment. */
  public static HistoryQuery newest(String deploymentId, int limit) {
    return new HistoryQuery(
        Optional.of(deploymentId), Optional.empty(), Optional.empty(), Optional.empty(), limit);
  }

  /** Whether an execution belongs to the page, as far as the limit lets it. */
  public boolean has(ExecutionRow row) {
    return deploymentId.filter(id -> !id.equals(row.deploymentId())).isEmpty()
        && designId.filter(id -> !id.equals(row.designId())).isEmpty()
        && status.filter(wanted -> wanted != row.status()).isEmpty()
        && before.filter(last -> last.compareTo(row.id()) <= 0).isEmpty();
  }
}

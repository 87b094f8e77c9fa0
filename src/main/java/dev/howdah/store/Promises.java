package dev.howdah.store;

import java.util.List;
import java.util.Optional;

/** The promises, to read; the {@link Ledger} creates and settles them. Thread-safe. */
public final class Promises {
  private final Queries queries;

  Promises(Queries queries) {
    this.queries = queries;
  }

  public Optional<PromiseRow> byId(String id) {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT " + PromiseRow.COLUMNS + " FROM promise WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> PromiseRow.read(row))
                .findOne());
  }

  /**
   * The promises created last, newest first.
   *
   * @param pending whether only those that can still be settled
   */
  public List<PromiseRow> newest(boolean pending, long now, int limit) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + PromiseRow.COLUMNS
                        + " FROM promise"
                        + (pending
                            ? " WHERE status = 'pending' AND (due_at IS NULL OR due_at > :now)"
                            : " WHERE :now > 0")
                        + " ORDER BY created_at DESC LIMIT :limit")
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> PromiseRow.read(row))
                .list());
  }
}

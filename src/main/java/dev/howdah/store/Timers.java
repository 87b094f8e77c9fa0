package dev.howdah.store;

import java.util.List;
import java.util.Optional;

/** The timers, to read; the {@link Journal} sets and drops them. Thread-safe. */
public final class Timers {
  private final Queries queries;

  Timers(Queries queries) {
    this.queries = queries;
  }

  /** Timers whose time has come, longest due first. */
  public List<TimerRow> due(long now, int limit) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + TimerRow.COLUMNS
                        + " FROM timer WHERE due_at <= :now ORDER BY due_at LIMIT :limit")
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> TimerRow.read(row))
                .list());
  }

  /** When the next timer is due, if one is set. */
  public Optional<Long> next() {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT due_at FROM timer ORDER BY due_at LIMIT 1")
                .map((row, context) -> row.getLong(1))
                .findOne());
  }
}

package dev.howdah.store;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What executions share: promises, keys seen, paces and gatherings. Writes in the {@link Journal}'s
 * transaction, so that a step and what it leaves here are recorded together. For the journal's
 * thread only; throws what the journal throws.
 */
public final class Ledger {
  /** A step that is told of something. */
  public record Waiter(String execution, String path) {}

  /**
   * A group of an aggregator that is not complete.
   *
   * @param owner the step that goes on with it; empty when it was lost
   * @param dueAt when it is complete however few there are, in epoch milliseconds; null for never
   * @param size how many values it has
   * @param bytes of its values together, as UTF-8
   */
  public record Gathering(Optional<Waiter> owner, Long dueAt, int size, long bytes) {}

  private static final String GATHERING = "execution, path, due_at, size, bytes";

  private final Journal journal;

  Ledger(Journal journal) {
    this.journal = journal;
  }

  // ---- promises

  /** Records a promise, unless there is one of that id. */
  public void create(PromiseRow row) {
    update(
        "INSERT INTO promise ("
            + PromiseRow.COLUMNS
            + ") VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        row.id(),
        row.execution(),
        row.path(),
        row.status().label(),
        row.value(),
        row.title(),
        row.jsonSchema(),
        row.createdAt(),
        row.dueAt(),
        row.settledAt());
  }

  public Optional<PromiseRow> promise(String id) {
    return list("SELECT " + PromiseRow.COLUMNS + " FROM promise WHERE id=?", PromiseRow::read, id)
        .stream()
        .findFirst();
  }

  /** Settles a pending promise; false when it is not pending. */
  public boolean settle(PromiseRow row) {
    return update(
            "UPDATE promise SET status=?, value=?, settled_at=? WHERE id=? AND status='pending'",
            row.status().label(),
            row.value(),
            row.settledAt(),
            row.id())
        == 1;
  }

  /**
   * Lets a step be told when a promise is settled. Until this transaction ends, nobody else settles
   * it.
   *
   * @return false when it is not pending, and nobody will be told
   */
  public boolean await(String promise, Waiter waiter) {
    boolean pending =
        update("UPDATE promise SET status=status WHERE id=? AND status='pending'", promise) == 1;
    if (!pending) {
      return false;
    }
    update(
        "INSERT INTO promise_waiter (promise, execution, path) VALUES (?,?,?)"
            + " ON CONFLICT DO NOTHING",
        promise,
        waiter.execution(),
        waiter.path());
    return true;
  }

  /**
   * Gives a promise what it was created without.
   *
   * @param title for people; null for none
   * @param jsonSchema what its value must look like; null for anything
   */
  public void complete(String promise, String title, String jsonSchema) {
    update(
        "UPDATE promise SET title = COALESCE(title, CAST(? AS TEXT)),"
            + " json_schema = COALESCE(json_schema, CAST(? AS TEXT)) WHERE id=?",
        title,
        jsonSchema,
        promise);
  }

  /** The steps to be told of a promise; they are told once. */
  public List<Waiter> takeWaiters(String promise) {
    List<Waiter> waiters =
        list("SELECT execution, path FROM promise_waiter WHERE promise=?", Ledger::waiter, promise);
    if (!waiters.isEmpty()) {
      update("DELETE FROM promise_waiter WHERE promise=?", promise);
    }
    return waiters;
  }

  // ---- keys

  /**
   * Claims a key.
   *
   * @param owner who claims it; claiming it again gives the same answer
   * @return whether nobody else has it
   */
  public boolean claim(String scope, String key, String owner, long now, long until) {
    update("DELETE FROM seen_key WHERE scope=? AND name=? AND until<=?", scope, key, now);
    update(
        "INSERT INTO seen_key (scope, name, owner, until) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        scope,
        key,
        owner,
        until);
    return list(
            "SELECT owner FROM seen_key WHERE scope=? AND name=?",
            row -> row.getString(1),
            scope,
            key)
        .contains(owner);
  }

  /** Forgets keys whose time is over; returns how many. */
  public int forgetKeys(long now) {
    return update("DELETE FROM seen_key WHERE until<=?", now);
  }

  // ---- paces

  /**
   * Takes the next turn of a pace, by the generic cell rate algorithm (ITU-T I.371).
   *
   * @param intervalMicros from one turn to the next
   * @param burst how many may come at once after a pause
   * @return when the turn is, in epoch milliseconds; not before {@code now}
   */
  public long turn(String name, long now, long intervalMicros, int burst) {
    long arrival = now * 1000;
    update("INSERT INTO pace (name, next_at) VALUES (?,?) ON CONFLICT DO NOTHING", name, arrival);
    long next =
        list(
                "UPDATE pace SET next_at = CASE WHEN next_at > ? THEN next_at ELSE ? END + ?"
                    + " WHERE name=? RETURNING next_at",
                row -> row.getLong(1),
                arrival,
                arrival,
                intervalMicros,
                name)
            .get(0);
    return Math.max(arrival, next - intervalMicros * burst) / 1000;
  }

  // ---- gatherings

  /**
   * The group of a key that is not complete. Until this transaction ends, nobody else adds to it or
   * ends it.
   */
  public Optional<Gathering> gathering(String scope, String key) {
    return list(
            "UPDATE gathering SET scope=scope WHERE scope=? AND name=? RETURNING " + GATHERING,
            Ledger::gathering,
            scope,
            key)
        .stream()
        .findFirst();
  }

  /**
   * Adds a value to the group of a key, which begins with it when there is none. Until this
   * transaction ends, nobody else adds to that group or ends it. The work is the same however many
   * values there are.
   *
   * @param owner the step that goes on with a group that begins
   * @param dueAt when a group that begins is complete, in epoch milliseconds; null for never
   * @return the group with the value
   */
  public Gathering add(String scope, String key, Waiter owner, Long dueAt, String value) {
    Gathering group =
        list(
                "INSERT INTO gathering (scope, name, execution, path, due_at, size, bytes)"
                    + " VALUES (?,?,?,?,?,1,?) ON CONFLICT (scope, name) DO UPDATE SET"
                    + " size=gathering.size+1, bytes=gathering.bytes+excluded.bytes RETURNING "
                    + GATHERING,
                Ledger::gathering,
                scope,
                key,
                owner.execution(),
                owner.path(),
                dueAt,
                bytes(value))
            .get(0);
    update(
        "INSERT INTO gathered (scope, name, position, value) VALUES (?,?,?,?)",
        scope,
        key,
        group.size() - 1,
        value);
    return group;
  }

  /** The values of a group in the order in which they came. */
  public List<String> values(String scope, String key) {
    return list(
        "SELECT value FROM gathered WHERE scope=? AND name=? ORDER BY position",
        row -> row.getString(1),
        scope,
        key);
  }

  /**
   * Takes back the value that was added last, and with it a group that it began.
   *
   * @param group as it was with the value
   */
  public void takeBack(String scope, String key, Gathering group, String value) {
    update(
        "DELETE FROM gathered WHERE scope=? AND name=? AND position=?",
        scope,
        key,
        group.size() - 1);
    update(
        "UPDATE gathering SET size=size-1, bytes=bytes-? WHERE scope=? AND name=?",
        bytes(value),
        scope,
        key);
    update("DELETE FROM gathering WHERE scope=? AND name=? AND size=0", scope, key);
  }

  /** Lets another step go on with a group. */
  public void handOver(String scope, String key, Waiter to) {
    update(
        "UPDATE gathering SET execution=?, path=? WHERE scope=? AND name=?",
        to.execution(),
        to.path(),
        scope,
        key);
  }

  /** A step is lost, and goes on with no group any more. */
  public void forsake(Waiter lost) {
    update(
        "UPDATE gathering SET execution='', path='' WHERE execution=? AND path=?",
        lost.execution(),
        lost.path());
  }

  /**
   * Sets when a group is complete however few values it has.
   *
   * @param at in epoch milliseconds
   */
  public void due(String scope, String key, long at) {
    update("UPDATE gathering SET due_at=? WHERE scope=? AND name=?", at, scope, key);
  }

  /** Ends a group and gives its values. */
  public List<String> close(String scope, String key) {
    List<String> values = values(scope, key);
    update("DELETE FROM gathered WHERE scope=? AND name=?", scope, key);
    update("DELETE FROM gathering WHERE scope=? AND name=?", scope, key);
    return values;
  }

  // ---- statements

  private interface RowOf<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static long bytes(String value) {
    return value.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Gathering gathering(ResultSet row) throws SQLException {
    Long dueAt = row.getObject(3) == null ? null : row.getLong(3);
    Optional<Waiter> owner = Optional.of(waiter(row)).filter(w -> !w.execution().isEmpty());
    return new Gathering(owner, dueAt, row.getInt(4), row.getLong(5));
  }

  private static Waiter waiter(ResultSet row) throws SQLException {
    return new Waiter(row.getString(1), row.getString(2));
  }

  private int update(String sql, Object... values) {
    return journal.write(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Batch.bind(statement, values);
            return statement.executeUpdate();
          }
        });
  }

  private <T> List<T> list(String sql, RowOf<T> reader, Object... values) {
    return journal.write(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Batch.bind(statement, values);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                found.add(reader.read(rows));
              }
            }
            return found;
          }
        });
  }
}

package dev.howdah.store;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Optional;

/** The designs, every revision of them. Thread-safe. */
public final class Designs {
  /** As many saves of one design at the same moment, from several nodes, are expected never. */
  private static final int TRIES = 20;

  private final Queries queries;

  Designs(Queries queries) {
    this.queries = queries;
  }

  /**
   * Saves a document as the next revision of a design.
   *
   * @param modules JSON object from module name to hash
   * @return the number of the revision; the first is 1
   */
  public int save(String id, String name, String document, String modules, long createdAt) {
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<Integer> revision = tryToSave(id, name, document, modules, createdAt);
      if (revision.isPresent()) {
        return revision.get();
      }
    }
    throw Fault.retryable(
            "store.contended",
            Blame.ENGINE,
            "The design " + id + " is being saved by others all the time. Save it again.")
        .toException();
  }

  /** Empty when another node took the number at the same moment. */
  private Optional<Integer> tryToSave(
      String id, String name, String document, String modules, long createdAt) {
    return queries.write(
        handle ->
            handle
                .createQuery(
                    "INSERT INTO design ("
                        + DesignRow.COLUMNS
                        + ") SELECT :id, COALESCE(MAX(revision), 0) + 1, :name, :document,"
                        + " :modules, :at FROM design WHERE id = :id"
                        + " ON CONFLICT DO NOTHING RETURNING revision")
                .bind("id", id)
                .bind("name", name)
                .bind("document", document)
                .bind("modules", modules)
                .bind("at", createdAt)
                .map((row, context) -> row.getInt(1))
                .findOne());
  }

  /** The newest revision of a design. */
  public Optional<DesignRow> latest(String id) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + DesignRow.COLUMNS
                        + " FROM design WHERE id = :id ORDER BY revision DESC LIMIT 1")
                .bind("id", id)
                .map((row, context) -> DesignRow.read(row))
                .findOne());
  }

  /** One revision of a design. */
  public Optional<DesignRow> at(String id, int revision) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + DesignRow.COLUMNS
                        + " FROM design WHERE id = :id AND revision = :revision")
                .bind("id", id)
                .bind("revision", revision)
                .map((row, context) -> DesignRow.read(row))
                .findOne());
  }

  /**
   * Revisions saved at or after a time, in the order of ids and revisions. Reads the whole table.
   *
   * @param after the last of the page before, {@code id@revision}, or the empty text for the first
   */
  public List<DesignRow> savedSince(long at, String after, int limit) {
    int split = after.lastIndexOf('@');
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + DesignRow.COLUMNS
                        + " FROM design WHERE created_at >= :at"
                        + " AND (id > :id OR id = :id AND revision > :revision)"
                        + " ORDER BY id, revision LIMIT :limit")
                .bind("at", at)
                .bind("id", split < 0 ? "" : after.substring(0, split))
                .bind("revision", split < 0 ? 0 : Integer.parseInt(after.substring(split + 1)))
                .bind("limit", limit)
                .map((row, context) -> DesignRow.read(row))
                .list());
  }

  /**
   * The newest revision of each design, in the order of ids.
   *
   * @param after the last id of the page before, or the empty text for the first page
   */
  public List<DesignRow> list(String after, int limit) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + DesignRow.COLUMNS
                        + " FROM design d WHERE id > :after AND revision ="
                        + " (SELECT MAX(revision) FROM design WHERE id = d.id)"
                        + " ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> DesignRow.read(row))
                .list());
  }
}

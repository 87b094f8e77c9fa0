package dev.howdah.store;

import dev.howdah.fault.FaultException;

/**
 * The open database. One {@link Journal} for the engine's writer thread; everything else is for any
 * thread.
 */
public final class Store implements AutoCloseable {
  private final Database database;
  private final Queries queries;
  private final Journal journal;
  private final Designs designs;
  private final Modules modules;
  private final Deployments deployments;
  private final Executions executions;
  private final Timers timers;
  private final Promises promises;
  private final Meta meta;

  /**
   * Opens the database and brings its tables up to date.
   *
   * @throws FaultException {@code store.directory} when the directory cannot be used, {@code
   *     store.in-use} when a process has it already, {@code store.unreachable} or {@code
   *     store.denied} when PostgreSQL does not answer or refuses, {@code store.newer} when a newer
   *     program has changed the tables, {@code store.schema} when the migration fails
   */
  public static Store open(StoreSettings settings) {
    Database database = settings.match(SqliteDatabase::open, PostgresDatabase::open);
    boolean opened = false;
    try {
      new Schema(database).update();
      Store store = new Store(database);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        database.close();
      }
    }
  }

  private Store(Database database) {
    this.database = database;
    this.queries = new Queries(database);
    this.journal = new Journal(database);
    this.designs = new Designs(queries);
    this.modules = new Modules(queries);
    this.deployments = new Deployments(queries);
    this.executions = new Executions(queries);
    this.timers = new Timers(queries);
    this.promises = new Promises(queries);
    this.meta = new Meta(queries);
  }

  /** Whether other engine nodes may write too, so that decisions need {@link Journal#advance}. */
  public boolean shared() {
    return database.shared();
  }

  /** The writer's side; always the same object, for one thread. */
  public Journal journal() {
    return journal;
  }

  public Designs designs() {
    return designs;
  }

  public Modules modules() {
    return modules;
  }

  public Deployments deployments() {
    return deployments;
  }

  public Executions executions() {
    return executions;
  }

  public Timers timers() {
    return timers;
  }

  public Promises promises() {
    return promises;
  }

  public Meta meta() {
    return meta;
  }

  /** Closes everything. The journal's thread must have ended; its open transaction is undone. */
  @Override
  public void close() {
    journal.close();
    queries.close();
    database.close();
  }
}

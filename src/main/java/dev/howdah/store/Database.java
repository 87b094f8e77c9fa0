package dev.howdah.store;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** What differs between the two databases. Thread-safe. */
interface Database extends AutoCloseable {
  /** Whether other processes may write too. */
  boolean shared();

  /** A name for messages: a directory, or an address without secrets. */
  String place();

  /** A new connection for a writer of its own, in autocommit mode. The caller closes it. */
  Connection connect() throws SQLException;

  /** Plain connections, as the migration uses them. */
  DataSource source();

  /** The settings of the pool that everybody but the journal uses. */
  HikariConfig pool();

  /** What the migration scripts leave open. */
  Map<String, String> placeholders();

  /** The right to write, taken before and given back after each write transaction. */
  WriteTurn turn();

  /** Frees what opening took. Connections must be closed before. */
  @Override
  void close();
}

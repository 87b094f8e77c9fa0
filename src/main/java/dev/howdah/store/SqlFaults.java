package dev.howdah.store;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Turns what a database reports into a fault that names the place and the cure. */
final class SqlFaults {
  /** Two transactions waited for each other, and this one was undone whole. */
  static final String CONTENDED = "store.contended";

  private SqlFaults() {}

  /** A write failed and changed nothing, or the connection broke and its outcome is unknown. */
  static FaultException write(Database database, SQLException e) {
    SQLException cause = e.getNextException() == null ? e : e.getNextException();
    String what = "The database " + database.place() + " could not be written: ";
    if (refused(cause)) {
      return Fault.rejected(
              "store.write",
              Blame.ENGINE,
              what + cause.getMessage() + ". The same data will be refused again.")
          .toException();
    }
    if (cause.getSQLState() != null && cause.getSQLState().startsWith("40")) {
      return Fault.retryable(
              CONTENDED,
              Blame.ENGINE,
              what + "another node wrote the same at the same time. Write it again.")
          .toException();
    }
    return Fault.retryable(
            "store.write",
            Blame.ENGINE,
            what
                + cause.getMessage()
                + ". Check that its disk has space and that it can be reached.")
        .toException();
  }

  /** A read failed. */
  static FaultException read(Database database, Throwable e) {
    return Fault.retryable(
            "store.read",
            Blame.ENGINE,
            "The database " + database.place() + " could not be read: " + e.getMessage())
        .toException();
  }

  /** Whether the database understood and said no: broken constraints and values it cannot hold. */
  private static boolean refused(SQLException e) {
    String state = e.getSQLState();
    if (state != null) {
      return state.startsWith("22") || state.startsWith("23");
    }
    int code = e.getErrorCode() & 0xff;
    return code == SQLiteErrorCode.SQLITE_CONSTRAINT.code
        || code == SQLiteErrorCode.SQLITE_TOOBIG.code
        || code == SQLiteErrorCode.SQLITE_MISMATCH.code;
  }
}

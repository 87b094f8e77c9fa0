/**
 * The truth on disk: tables, the writer's journal, and the queries of everybody else.
 *
 * <p>Times are milliseconds since 1970 (UTC). JSON is text that the caller has serialised already;
 * nothing here parses it. The same SQL runs on SQLite and PostgreSQL.
 */
package dev.howdah.store;

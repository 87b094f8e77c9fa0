package dev.howdah.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library on disk, unpacked once per version. Left to itself the driver unpacks it
 * into the temporary directory at every start, where a process that is killed leaves it behind.
 */
final class SqliteLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
  private static final String PATH = "org.sqlite.lib.path";

  private SqliteLibrary() {}

  /**
   * Tells the driver to load the library from below a directory, and puts it there. Does nothing
   * when the driver has been told already; where the library cannot be had in this way the driver
   * goes its own.
   */
  static synchronized void unpackTo(Path directory) {
    if (System.getProperty(PATH) != null) {
      return;
    }
    String name = LibraryLoaderUtil.getNativeLibName();
    Path place =
        directory
            .resolve("native")
            .resolve("sqlite-" + SQLiteJDBCLoader.getVersion())
            .resolve(OSInfo.getNativeLibFolderPathForCurrentOS());
    try {
      if (Files.exists(place.resolve(name)) || unpack(place, name)) {
        System.setProperty("org.sqlite.lib.name", name);
        System.setProperty(PATH, place.toString());
      }
    } catch (IOException e) {
      LOG.debug("SQLite unpacks its library into the temporary directory: {}", e.getMessage());
    }
  }

  private static boolean unpack(Path place, String name) throws IOException {
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return false;
      }
      Files.createDirectories(place);
      Path part = Files.createTempFile(place, name, ".part");
      try {
        Files.copy(packed, part, StandardCopyOption.REPLACE_EXISTING);
        // Whoever is killed meanwhile leaves no half a library under its name.
        Files.move(part, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      return true;
    }
  }
}

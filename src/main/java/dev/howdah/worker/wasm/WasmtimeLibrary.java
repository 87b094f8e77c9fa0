package dev.howdah.worker.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Properties;

/**
 * Wasmtime's native library on disk, extracted once per version. Left to itself the Java binding
 * writes a new copy to the temp folder at every start and never deletes it.
 */
final class WasmtimeLibrary {
  private static final String NAME = "wasmtime_jni";

  private WasmtimeLibrary() {}

  /**
   * The directory to put on {@code java.library.path}, with the library in it. Any number of
   * processes may do this at once.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unavailable} on a platform that Wasmtime
   *     has no library for, or when the directory cannot be written
   */
  static Path directory(Path cache) {
    try {
      String resource = resource(version());
      URL packed = WasmtimeLibrary.class.getResource(resource);
      if (packed == null) {
        throw WasmFaults.unavailable(
            "Wasmtime has no library for this platform (" + resource + "); use chicory");
      }
      Path directory = cache.toAbsolutePath().resolve(NAME + "-" + version());
      Path library = directory.resolve(System.mapLibraryName(NAME));
      if (!Files.exists(library)) {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, NAME, ".part");
        try (InputStream in = packed.openStream()) {
          Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
          // a reader sees the whole library or none
          Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
      return directory;
    } catch (IOException e) {
      throw WasmFaults.unavailable("its library cannot be written to " + cache + ": " + e);
    }
  }

  private static String version() throws IOException {
    Properties meta = new Properties();
    try (InputStream in =
        WasmtimeLibrary.class.getResourceAsStream("/wasmtime-java-meta.properties")) {
      meta.load(in);
    }
    return meta.getProperty("jnilib.version");
  }

  private static String resource(String version) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    String stem = NAME + "_" + version + "_";
    if (os.contains("mac")) {
      return "/lib" + stem + "macos_" + arch + ".dylib";
    }
    if (os.contains("windows")) {
      return "/" + stem + "windows_" + arch + ".dll";
    }
    return "/lib" + stem + "linux_" + arch + ".so";
  }
}

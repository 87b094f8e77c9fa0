package dev.howdah.store;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of this process on a data directory. The operating system drops it when the process
 * ends in whatever way, so there is nothing to clean up by hand.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String FILE = "howdah.lock";

  /** Far behind the process id in the file, so that locking never hides it from a reader. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * Directories held by this JVM. A second channel on a lock file must never be opened: closing it
   * would drop the lock of the first (POSIX).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Creates the directory if need be and claims it.
   *
   * @throws FaultException {@code store.directory} when it cannot be created or written, {@code
   *     store.in-use} when a process has it already
   */
  public static DirectoryLock claim(Path directory) {
    Path real;
    try {
      real = Files.createDirectories(directory).toRealPath();
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    if (!HELD.add(real)) {
      throw inUse(real, Long.toString(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    boolean claimed = false;
    try {
      channel =
          FileChannel.open(real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
        throw inUse(real, Files.readString(real.resolve(FILE)).strip());
      }
      channel.truncate(0);
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(pid));
      claimed = true;
      return new DirectoryLock(real, channel);
    } catch (IOException e) {
      throw unwritable(real, e);
    } finally {
      if (!claimed) {
        close(channel);
        HELD.remove(real);
      }
    }
  }

  @Override
  public void close() {
    close(channel);
    HELD.remove(directory);
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static FaultException inUse(Path directory, String pid) {
    String holder = pid.isEmpty() ? "another process" : "process " + pid;
    return Fault.rejected(
            "store.in-use",
            Blame.ENGINE,
            "The data directory "
                + directory
                + " is in use by "
                + holder
                + ". Stop it, or give this one a directory of its own with --data.")
        .toException();
  }

  private static FaultException unwritable(Path directory, IOException e) {
    return Fault.rejected(
            "store.directory",
            Blame.ENGINE,
            "The data directory "
                + directory
                + " cannot be used ("
                + e.getClass().getSimpleName()
                + ": "
                + e.getMessage()
                + "). Name a directory that this user may create and write.")
        .toException();
  }
}

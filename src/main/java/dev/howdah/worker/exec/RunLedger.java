package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs of this process that are under way, in a file that outlives it, so that another process
 * can end what is left of them when this one is killed: see {@link Leftovers}.
 *
 * <p>The file is locked for as long as the process lives, whatever ends it. A run has a line of
 * fixed length, which is written before the run begins and made blank when nothing is left of it,
 * so the file stays as short as the most runs at one time. Thread-safe.
 */
final class RunLedger implements AutoCloseable {
  private static final int LINE_BYTES = 32;

  /**
   * The files of this JVM. Nobody in it may open one of them a second time: closing that would drop
   * the lock of the first (POSIX).
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final BitSet taken = new BitSet();
  private Path file;
  private FileChannel channel;

  /**
   * @param directory holds such files of all processes that work there; on one machine only
   */
  RunLedger(Path directory) {
    this.directory = directory;
  }

  /** A run in the ledger. */
  interface Entry {
    /** Takes it out; once. */
    void remove();
  }

  /**
   * Writes a run down.
   *
   * @throws IOException when that is not possible; then the run must not begin
   */
  synchronized Entry enter(Run run) throws IOException {
    if (channel == null) {
      claim();
    }
    int line = taken.nextClearBit(0);
    write(line, run.line());
    taken.set(line);
    return () -> remove(line);
  }

  private synchronized void remove(int line) {
    try {
      if (channel != null) {
        write(line, "");
      }
      taken.clear(line);
    } catch (IOException e) {
      // It stays and is looked for once this process has ended, in vain.
    }
  }

  private void write(int line, String text) throws IOException {
    byte[] bytes = (" ".repeat(LINE_BYTES - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] said = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(said, 0, bytes, 0, said.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, (long) line * LINE_BYTES + buffer.position());
    }
  }

  private void claim() throws IOException {
    Path real = Files.createDirectories(directory).toRealPath();
    while (channel == null) {
      Path wanted = real.resolve(UUID.randomUUID().toString());
      OWN.add(wanted);
      FileChannel opened =
          FileChannel.open(wanted, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // Whoever looks for the dead may have seen it before it was locked, and removed it.
      if (opened.tryLock() != null && Files.exists(wanted)) {
        file = wanted;
        channel = opened;
      } else {
        opened.close();
        OWN.remove(wanted);
      }
    }
  }

  /** Whether a file belongs to this very process. */
  static boolean isOwn(Path file) {
    return OWN.contains(file);
  }

  /** Leaves what is still under way to others. */
  @Override
  public synchronized void close() {
    if (channel == null) {
      return;
    }
    try (FileChannel closed = channel) {
      if (taken.isEmpty()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The next process removes it.
    } finally {
      channel = null;
      OWN.remove(file);
    }
  }
}

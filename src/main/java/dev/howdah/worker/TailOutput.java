package dev.howdah.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;

/** Keeps the last bytes written and forgets the rest. Thread-safe. */
public final class TailOutput extends OutputStream {
  private final byte[] ring;
  private long written;

  /**
   * @param size the bytes that are kept, at least 1
   */
  public TailOutput(int size) {
    this.ring = new byte[size];
  }

  @Override
  public synchronized void write(int b) {
    ring[(int) (written++ % ring.length)] = (byte) b;
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int skipped = Math.max(0, length - ring.length);
    written += skipped;
    for (int i = skipped; i < length; i++) {
      ring[(int) (written++ % ring.length)] = bytes[offset + i];
    }
  }

  /** The tail as text; bytes that are not UTF-8 are replaced. */
  public synchronized String text() {
    int kept = (int) Math.min(written, ring.length);
    byte[] tail = new byte[kept];
    for (int i = 0; i < kept; i++) {
      tail[i] = ring[(int) ((written - kept + i) % ring.length)];
    }
    return new String(tail, UTF_8);
  }
}

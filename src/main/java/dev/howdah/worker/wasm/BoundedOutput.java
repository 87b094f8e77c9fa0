package dev.howdah.worker.wasm;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Collects output up to a limit and throws {@link Overflow} at the first byte past it. */
final class BoundedOutput extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

  BoundedOutput(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length > limit - collected.size()) {
      throw new Overflow();
    }
    collected.write(bytes, offset, length);
  }

  byte[] toByteArray() {
    return collected.toByteArray();
  }

  /** Unwinds the guest that wrote too much; it cannot catch it. */
  static final class Overflow extends RuntimeException {
    Overflow() {
      super("output too large", null, false, false);
    }
  }
}

package dev.howdah.worker.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Rewrites a valid module so that its memory and tables declare a maximum, and exports its memory.
 *
 * <p>The Java binding of Wasmtime has no limiter, so the module's own declarations are the limit.
 * The layout is that of the <a
 * href="https://webassembly.github.io/spec/core/binary/modules.html">WebAssembly binary format</a>.
 */
final class CappedBinary {
  /** The name under which the memory is exported besides its own names. */
  static final String MEMORY_EXPORT = "howdah:memory";

  private static final int HEADER = 8;
  private static final int TABLES = 4;
  private static final int MEMORIES = 5;
  private static final int EXPORTS = 7;
  private static final int HAS_MAXIMUM = 1;
  private static final byte FUNCREF = 0x70;
  private static final byte EXTERNREF = 0x6f;
  private static final int MEMORY_KIND = 2;

  private final byte[] in;
  private final ByteArrayOutputStream out;
  private int at = HEADER;
  private boolean hasMemory;

  private CappedBinary(byte[] in) {
    this.in = in;
    this.out = new ByteArrayOutputStream(in.length + 64);
  }

  /** The module with at most so many pages of memory and entries in each table. */
  static byte[] of(byte[] binary, int maxPages, int maxTableEntries) {
    return new CappedBinary(binary).rewrite(maxPages, maxTableEntries);
  }

  private byte[] rewrite(int maxPages, int maxTableEntries) {
    out.write(in, 0, HEADER);
    while (at < in.length) {
      int start = at;
      int id = in[at++];
      int size = (int) readUnsigned();
      int end = at + size;
      ByteArrayOutputStream content =
          switch (id) {
            case TABLES -> tables(maxTableEntries);
            case MEMORIES -> memories(maxPages);
            case EXPORTS -> hasMemory ? exports(end) : null;
            default -> null;
          };
      if (content == null) {
        out.write(in, start, end - start);
      } else {
        out.write(id);
        writeUnsigned(out, content.size());
        out.writeBytes(content.toByteArray());
      }
      at = end;
    }
    return out.toByteArray();
  }

  /** Null, which is unchanged, for kinds of tables that Wasmtime refuses anyway. */
  private ByteArrayOutputStream tables(int maxEntries) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    long count = readUnsigned();
    writeUnsigned(content, count);
    for (long i = 0; i < count; i++) {
      byte type = in[at++];
      if (type != FUNCREF && type != EXTERNREF) {
        return null;
      }
      content.write(type);
      limits(content, maxEntries);
    }
    return content;
  }

  private ByteArrayOutputStream memories(int maxPages) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    long count = readUnsigned();
    writeUnsigned(content, count);
    for (long i = 0; i < count; i++) {
      limits(content, maxPages);
      hasMemory = true;
    }
    return content;
  }

  private void limits(ByteArrayOutputStream content, int cap) {
    int flags = in[at++];
    long min = readUnsigned();
    long max = (flags & HAS_MAXIMUM) == 0 ? Long.MAX_VALUE : readUnsigned();
    content.write(flags | HAS_MAXIMUM);
    writeUnsigned(content, min);
    writeUnsigned(content, Math.max(min, Math.min(max, cap)));
  }

  private ByteArrayOutputStream exports(int end) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    writeUnsigned(content, readUnsigned() + 1);
    content.write(in, at, end - at);
    byte[] name = MEMORY_EXPORT.getBytes(UTF_8);
    writeUnsigned(content, name.length);
    content.writeBytes(name);
    content.write(MEMORY_KIND);
    writeUnsigned(content, 0);
    return content;
  }

  private long readUnsigned() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static void writeUnsigned(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}

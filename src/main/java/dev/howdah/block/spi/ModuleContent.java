package dev.howdah.block.spi;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a design brings along beside its document, such as a WebAssembly binary or the description
 * of a service: bytes, and the hash that names them. Immutable; equal by hash.
 *
 * @param sha256 64 lower-case hexadecimal digits
 * @param bytes the content; copied in and out
 */
// the array is copied in and out and stays out of equals, so it is safe in a record
@SuppressWarnings("ArrayRecordComponent")
public record ModuleContent(String sha256, byte[] bytes) {
  /** The most bytes a module may have. */
  public static final int MAX_BYTES = 16 << 20;

  /**
   * @throws IllegalArgumentException when the hash is not that of the bytes, or they are too many
   */
  public ModuleContent {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a module has at most %d bytes, not %d".formatted(MAX_BYTES, bytes.length));
    }
    bytes = bytes.clone();
    if (!hash(bytes).equals(sha256)) {
      throw new IllegalArgumentException("the hash " + sha256 + " is not that of the content");
    }
  }

  /** The module that these bytes are. */
  public static ModuleContent of(byte[] bytes) {
    return new ModuleContent(hash(bytes), bytes);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModuleContent module && sha256.equals(module.sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return "ModuleContent[" + sha256 + ", " + bytes.length + " bytes]";
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

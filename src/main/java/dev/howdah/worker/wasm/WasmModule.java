package dev.howdah.worker.wasm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A WebAssembly binary and the hash that names it.
 *
 * <p>Immutable; equal by hash. The binary is not validated here: that needs a parse, which the
 * runtimes do once and remember.
 *
 * @param sha256 the SHA-256 of the binary, 64 lower-case hexadecimal digits
 * @param binary the module in binary format; copied in and out
 */
// the array is copied in and out and stays out of equals, so it is safe in a record
@SuppressWarnings("ArrayRecordComponent")
public record WasmModule(String sha256, byte[] binary) {
  /** The largest binary or text accepted, in bytes: compiling it cannot be interrupted. */
  public static final int MAX_BYTES = 16 << 20;

  private static final byte[] MAGIC = {0, 'a', 's', 'm'};

  public WasmModule {
    checkSize(binary.length);
    binary = binary.clone();
    if (!hash(binary).equals(sha256)) {
      throw new IllegalArgumentException("the hash " + sha256 + " is not that of the binary");
    }
  }

  /**
   * Makes a module from a binary, or from WebAssembly text, which is assembled.
   *
   * <p>Assembling takes from 10 milliseconds to seconds; do it once per upload.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.module-too-large}; {@code
   *     wasm.invalid-text} with line and column
   */
  public static WasmModule of(byte[] binaryOrText) {
    checkSize(binaryOrText.length);
    byte[] binary = isBinary(binaryOrText) ? binaryOrText : WatAssembler.assemble(binaryOrText);
    return new WasmModule(hash(binary), binary);
  }

  @Override
  public byte[] binary() {
    return binary.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WasmModule module && sha256.equals(module.sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return "WasmModule[" + sha256 + ", " + binary.length + " bytes]";
  }

  private static boolean isBinary(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static void checkSize(int bytes) {
    if (bytes > MAX_BYTES) {
      throw WasmFaults.moduleTooLarge(bytes, MAX_BYTES);
    }
  }

  private static String hash(byte[] binary) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(binary));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One call of a module: what to run, with what, and within which limits.
 *
 * @param function the exported function; null runs the module as a command, which is {@code _start}
 * @param args scalars by position; empty for a command
 * @param stdin what the module reads on its standard input, written as JSON text; null for nothing
 * @param timeout longest time the module may run, including the wait for memory or for a worker to
 *     become free, but not what happens once: compiling the module and starting a worker; positive
 * @param memoryLimitBytes most linear memory the module may have, in bytes; counted in whole pages
 *     of 64 KiB; at least one page
 */
public record WasmCall(
    String function, List<JsonNode> args, JsonNode stdin, Duration timeout, long memoryLimitBytes) {
  /** The size of a WebAssembly memory page, in bytes. */
  public static final int PAGE_BYTES = 1 << 16;

  /** The most pages a 32-bit WebAssembly memory can have. */
  static final int MAX_PAGES = 1 << 16;

  public WasmCall {
    args = List.copyOf(args);
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("the timeout must be positive, not " + timeout);
    }
    if (memoryLimitBytes < PAGE_BYTES) {
      throw new IllegalArgumentException(
          "the memory limit must be at least 65536 bytes, not " + memoryLimitBytes);
    }
  }

  /** Whether the module is run as a command: {@code _start}, JSON in on stdin, out on stdout. */
  public boolean isCommand() {
    return function == null || function.equals(ModuleShape.START);
  }

  int memoryLimitPages() {
    return (int) Math.min(MAX_PAGES, memoryLimitBytes / PAGE_BYTES);
  }

  long timeoutNanos() {
    // a century is forever, and keeps the nanoseconds inside a long
    return timeout.compareTo(FOREVER) > 0 ? FOREVER.toNanos() : timeout.toNanos();
  }

  private static final Duration FOREVER = Duration.ofDays(36_500);
}

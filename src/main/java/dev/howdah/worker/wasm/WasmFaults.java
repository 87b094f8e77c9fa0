package dev.howdah.worker.wasm;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.Collection;

/** The faults of this package, one method per way to fail, so that both runtimes say the same. */
final class WasmFaults {
  private WasmFaults() {}

  static FaultException invalidText(String where) {
    return design("wasm.invalid-text", "the WebAssembly text does not assemble: " + where);
  }

  static FaultException assemblyInterrupted() {
    return Fault.retryable(
            "wasm.timeout", Blame.WORKER, "assembling the WebAssembly text was interrupted")
        .toException();
  }

  static FaultException moduleTooLarge(long bytes, long limit) {
    return design(
        "wasm.module-too-large",
        "the module has " + bytes + " bytes, the limit is " + limit + " bytes");
  }

  static FaultException invalidModule(String why) {
    return design("wasm.invalid-module", "the module cannot be used: " + why);
  }

  static FaultException unknownFunction(String wanted, Collection<String> exported) {
    return design(
        "wasm.unknown-function",
        "the module exports no function "
            + wanted
            + (exported.isEmpty()
                ? "; it exports no function at all"
                : "; it exports " + String.join(", ", exported)));
  }

  static FaultException arity(String function, int wanted, int given) {
    return design(
        "wasm.arity",
        function
            + " wants "
            + wanted
            + (wanted == 1 ? " argument" : " arguments")
            + ", got "
            + given);
  }

  static FaultException type(String message) {
    return design("wasm.type", message);
  }

  static FaultException trap(String reason) {
    return worker("wasm.trap", "the module trapped: " + reason);
  }

  static FaultException timeout(Duration limit) {
    return Fault.retryable(
            "wasm.timeout",
            Blame.WORKER,
            "the module was stopped: it ran longer than " + limit.toMillis() + " ms")
        .toException();
  }

  static FaultException noMemoryInTime(long bytes, Duration limit) {
    return Fault.retryable(
            "wasm.timeout",
            Blame.WORKER,
            "no room for the "
                + bytes
                + " bytes of the module's memory became free within "
                + limit.toMillis()
                + " ms; lower the memory limit of the block or raise the memory budget")
        .toException();
  }

  static FaultException noWorkerInTime(int workers, Duration limit) {
    return Fault.retryable(
            "wasm.timeout",
            Blame.WORKER,
            "all "
                + workers
                + " WebAssembly worker processes stayed busy for "
                + limit.toMillis()
                + " ms; allow more of them")
        .toException();
  }

  static FaultException memoryAtStart(long bytes, long limit) {
    return worker(
        "wasm.memory",
        "the module starts with "
            + bytes
            + " bytes of memory, the limit is "
            + limit
            + " bytes; raise the memory limit of the block");
  }

  static FaultException memory(String reason, long bytes, long limit) {
    return worker(
        "wasm.memory",
        "the module trapped ("
            + reason
            + ") with "
            + bytes
            + " bytes of memory in use, the limit is "
            + limit
            + " bytes; raise the memory limit of the block");
  }

  static FaultException hostMemory() {
    return worker("wasm.memory", "the module made its runtime run out of memory");
  }

  static FaultException exit(int code, String stderr) {
    return worker(
        "wasm.exit",
        "the module exited with code " + code + (stderr.isBlank() ? "" : ": " + stderr.strip()));
  }

  static FaultException outputTooLarge(long limit) {
    return worker(
        "wasm.output-too-large", "the module wrote more than " + limit + " bytes to its output");
  }

  static FaultException crashed(String how) {
    return Fault.retryable(
            "wasm.crashed", Blame.WORKER, "the WebAssembly worker process died: " + how)
        .toException();
  }

  static FaultException unavailable(String why) {
    return Fault.rejected(
            "wasm.unavailable", Blame.ENGINE, "the WebAssembly runtime cannot start: " + why)
        .toException();
  }

  private static FaultException design(String code, String message) {
    return Fault.rejected(code, Blame.DESIGN, message).toException();
  }

  private static FaultException worker(String code, String message) {
    return Fault.rejected(code, Blame.WORKER, message).toException();
  }
}

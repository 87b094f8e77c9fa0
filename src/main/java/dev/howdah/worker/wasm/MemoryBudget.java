package dev.howdah.worker.wasm;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The pages that all running modules together may have. A call reserves the most it can come to
 * have before it starts, so that a call that runs never fails because of another. First come, first
 * served: a large call is not starved by small ones.
 */
final class MemoryBudget {
  private final int pages;
  private final Semaphore free;

  MemoryBudget(long bytes) {
    this.pages = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / WasmCall.PAGE_BYTES));
    this.free = new Semaphore(pages, true);
  }

  /** The most pages one call may have. */
  int pages() {
    return pages;
  }

  boolean reserve(int count, long timeoutNanos) throws InterruptedException {
    return count == 0 || free.tryAcquire(count, timeoutNanos, TimeUnit.NANOSECONDS);
  }

  void release(int count) {
    if (count > 0) {
      free.release(count);
    }
  }
}

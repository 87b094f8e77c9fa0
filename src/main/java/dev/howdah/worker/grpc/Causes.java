package dev.howdah.worker.grpc;

import java.util.concurrent.CompletionException;

/** Finds what a stage has really failed with. */
final class Causes {
  private Causes() {}

  static Throwable of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}

package dev.howdah.block.contract;

/** Who works for an execution while it does not go on. */
enum Outside {
  /** An HTTP service, which sees its callers hang up. */
  HTTP,
  /** A gRPC service, which is told when a call is cancelled. */
  GRPC,
  /** A program, which has said its process id. */
  PROGRAM,
  /** A WebAssembly module that holds a thread of this process. */
  MODULE,
  /** A route of Camel that holds a thread of this process. */
  ROUTE,
  /** Whoever is to settle the promise of the step itself. */
  PROMISE,
  /** Who reads a Kafka topic; there is no way to take a message back. */
  READER,
  /** Nobody: it waits for a time, or for other executions. */
  NOBODY;

  /** Whether it has begun to work for an execution. */
  boolean works(Neighbours neighbours, String execution) {
    return switch (this) {
      case HTTP -> neighbours.isHeld(execution);
      case GRPC -> neighbours.isCalled(execution);
      case PROGRAM -> neighbours.hasProgram(execution);
      case MODULE -> Modules.compute();
      case ROUTE -> neighbours.isOnRoute(execution);
      case PROMISE -> neighbours.isPromised(execution);
      case READER -> neighbours.isAsked(execution);
      case NOBODY -> true;
    };
  }

  /** Whether it has stopped, other than by being done; true where there is nothing to stop. */
  boolean hasStopped(Neighbours neighbours, String execution) {
    return switch (this) {
      case HTTP -> neighbours.hasHungUp(execution);
      case GRPC -> neighbours.isCancelled(execution);
      case PROGRAM -> neighbours.hasNoProgram(execution);
      case MODULE -> !Modules.compute();
      case ROUTE -> neighbours.isInterrupted(execution);
      case PROMISE -> neighbours.isCalledOff(execution);
      case READER, NOBODY -> true;
    };
  }

  /** Whether there is somebody to be stopped. */
  boolean canBeStopped() {
    return this != READER && this != NOBODY;
  }
}

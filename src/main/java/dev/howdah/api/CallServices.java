package dev.howdah.api;

import dev.howdah.deploy.Deployments;
import dev.howdah.engine.Engine;
import dev.howdah.store.Store;
import io.vertx.core.WorkerExecutor;

/**
 * What callers of deployments are served with. Thread-safe.
 *
 * @param workers for what may block
 */
record CallServices(
    Engine engine,
    Store store,
    Deployments deployments,
    Waits waits,
    EventStreams streams,
    WorkerExecutor workers) {}

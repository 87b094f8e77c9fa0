package dev.howdah.worker.grpc;

import dev.howdah.worker.Addresses;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * The channels to servers, one for each, which all calls to it share. Connections that nobody uses
 * are closed; of servers that nobody calls any more, the channel goes when there are too many.
 * Thread-safe.
 */
final class Channels implements AutoCloseable {
  private static final int MOST = 200;
  private static final long IDLE_MINUTES = 5;

  private final Executor executor;
  private final Executor lookups;
  private final Addresses addresses;
  private final SslContext ssl;
  private final Map<Target, Lease> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /**
   * @param lookups where names are looked up, which may block
   * @param addresses those that calls may go to
   * @param authorities a PEM file of whom to trust; those of Java if empty
   * @throws IllegalArgumentException when it cannot be read
   */
  Channels(Executor executor, Executor lookups, Addresses addresses, Optional<Path> authorities) {
    this.executor = executor;
    this.lookups = lookups;
    this.addresses = addresses;
    try {
      var context = GrpcSslContexts.forClient();
      authorities.ifPresent(file -> context.trustManager(file.toFile()));
      ssl = context.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("it is a PEM file of certificates", e);
    }
  }

  /** A channel for as long as somebody uses it, and what its server has told of itself. */
  final class Lease {
    private final Target target;
    private final ManagedChannel channel;
    private final ToldSchemas told = new ToldSchemas();
    private int users;
    private boolean discarded;

    private Lease(Target target) {
      this.target = target;
      NettyChannelBuilder builder =
          CheckedNames.channel(target, addresses, lookups)
              .executor(executor)
              .userAgent("howdah")
              .idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)
              .disableRetry();
      this.channel = (target.tls() ? builder.sslContext(ssl) : builder.usePlaintext()).build();
    }

    ManagedChannel channel() {
      return channel;
    }

    ToldSchemas told() {
      return told;
    }

    /** The user is done. */
    void release() {
      synchronized (Channels.this) {
        users--;
        shutDownIfUnused();
      }
    }

    /** Lets the next user have a new channel, which does not wait before it connects. */
    void discard() {
      synchronized (Channels.this) {
        discarded = true;
        open.remove(target, this);
        shutDownIfUnused();
      }
    }

    private void shutDownIfUnused() {
      if (discarded && users <= 0) {
        channel.shutdown();
      }
    }
  }

  /** The channel of a server, to be released; empty once this is closed. */
  synchronized Optional<Lease> acquire(Target target) {
    if (closed) {
      return Optional.empty();
    }
    Lease lease = open.computeIfAbsent(target, Lease::new);
    lease.users++;
    if (open.size() > MOST) {
      dropOldestUnused();
    }
    return Optional.of(lease);
  }

  private void dropOldestUnused() {
    for (Iterator<Lease> oldest = open.values().iterator(); oldest.hasNext(); ) {
      Lease lease = oldest.next();
      if (lease.users == 0) {
        oldest.remove();
        lease.discarded = true;
        lease.shutDownIfUnused();
        return;
      }
    }
  }

  /** How many servers have a channel. */
  synchronized int size() {
    return open.size();
  }

  /** Ends all calls. */
  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(lease -> lease.channel.shutdownNow());
    open.clear();
  }
}

package dev.howdah.worker.grpc;

import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Addresses;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Finds the addresses of a channel's server, and gives the channel none that was not checked. Asked
 * by the channel when it is first used, after it was idle, and whenever a connection is lost.
 *
 * <p>Everything but the methods that look up runs in the channel's synchronization context.
 */
final class CheckedNames extends NameResolver {
  private static final String SCHEME = "howdah";
  private static final Args.Key<Target> TARGET = Args.Key.create("howdah-target");
  private static final Args.Key<Addresses> ADDRESSES = Args.Key.create("howdah-addresses");

  static {
    NameResolverRegistry.getDefaultRegistry().register(new Provider());
  }

  private final Target target;
  private final Addresses addresses;
  private final Executor lookups;
  private final SynchronizationContext channel;
  private Listener2 listener;
  private boolean lookingUp;
  private volatile boolean shutDown;

  private CheckedNames(Target target, Addresses addresses, Args args) {
    this.target = target;
    this.addresses = addresses;
    this.lookups = args.getOffloadExecutor();
    this.channel = args.getSynchronizationContext();
  }

  /**
   * A channel to a server, at addresses that calls may go to. Proxies are not used, since behind
   * one nobody can check where a call goes.
   *
   * @param lookups where names are looked up, which may block
   */
  static NettyChannelBuilder channel(Target target, Addresses addresses, Executor lookups) {
    return NettyChannelBuilder.forTarget(uri(target))
        .setNameResolverArg(TARGET, target)
        .setNameResolverArg(ADDRESSES, addresses)
        .offloadExecutor(lookups)
        .proxyDetector(server -> null);
  }

  private static String uri(Target target) {
    try {
      // What gRPC cannot read it would take for a name, and look that up itself.
      return new URI(SCHEME, "", "/" + target, null).toString();
    } catch (URISyntaxException e) {
      throw GrpcFaults.invalid("the target \"" + target + "\" is no address: " + e.getReason());
    }
  }

  /** What a certificate has to be for. */
  @Override
  public String getServiceAuthority() {
    return target.toString();
  }

  @Override
  public void start(Listener2 told) {
    listener = told;
    refresh();
  }

  @Override
  public void refresh() {
    if (lookingUp) {
      return;
    }
    lookingUp = true;
    try {
      lookups.execute(this::lookUp);
    } catch (RejectedExecutionException e) {
      Status closed = Status.UNAVAILABLE.withDescription("the gRPC client closed");
      channel.execute(() -> tell(StatusOr.fromStatus(closed)));
    }
  }

  private void lookUp() {
    if (!shutDown) {
      StatusOr<List<EquivalentAddressGroup>> found = found();
      channel.execute(() -> tell(found));
    }
  }

  private StatusOr<List<EquivalentAddressGroup>> found() {
    try {
      return StatusOr.fromValue(
          addresses.of(target.uriHost()).stream()
              .map(address -> new InetSocketAddress(address, target.port()))
              .map(EquivalentAddressGroup::new)
              .toList());
    } catch (UnknownHostException e) {
      return StatusOr.fromStatus(
          Status.UNAVAILABLE.withDescription("the host name has no address"));
    } catch (AddressRefusedException e) {
      // Other codes would not be left as they are.
      return StatusOr.fromStatus(Status.UNAVAILABLE.withCause(e));
    } catch (RuntimeException e) {
      return StatusOr.fromStatus(Status.INTERNAL.withCause(e));
    }
  }

  private void tell(StatusOr<List<EquivalentAddressGroup>> found) {
    lookingUp = false;
    if (!shutDown) {
      // A channel that does not like it asks again by itself.
      Status unused =
          listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(found).build());
    }
  }

  @Override
  public void shutdown() {
    shutDown = true;
  }

  /** Makes the resolvers of channels that have a target and addresses. */
  private static final class Provider extends NameResolverProvider {
    @Override
    protected boolean isAvailable() {
      return true;
    }

    /** The scheme of the highest one is that of targets without a scheme, which is not ours. */
    @Override
    protected int priority() {
      return 0;
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    public NameResolver newNameResolver(URI uri, Args args) {
      Target target = args.getArg(TARGET);
      return target == null ? null : new CheckedNames(target, args.getArg(ADDRESSES), args);
    }
  }
}

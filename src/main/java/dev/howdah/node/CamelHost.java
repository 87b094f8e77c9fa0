package dev.howdah.node;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/**
 * The Camel context of a process, with the HTTP server of camel-platform-http when a port is given
 * and the users' own YAML routes.
 */
public final class CamelHost implements AutoCloseable {
  /** Where the HTTP server listens. */
  public record Http(String host, int port, long maxBodyBytes) {}

  private final Main main;
  private final Optional<Http> http;
  private final Optional<Gate> gate;

  private CamelHost(Main main, Optional<Http> http, Optional<Gate> gate) {
    this.main = main;
    this.http = http;
    this.gate = gate;
  }

  /**
   * Starts a context. Its HTTP server answers 503 until {@link #open}.
   *
   * @param http where to listen; empty for no server
   * @param routes directory of YAML routes, loaded now and whenever they change
   * @param properties {@code camel.*} properties of the user
   * @param prepare binds what routes need, before any is loaded
   * @throws dev.howdah.fault.FaultException {@code http.port-taken}, {@code camel.start}
   */
  public static CamelHost start(
      Optional<Http> http,
      Optional<Path> routes,
      Map<String, String> properties,
      Consumer<CamelContext> prepare) {
    Optional<Http> bound = http.map(CamelHost::checked);
    Optional<Gate> gate = bound.map(where -> new Gate());
    Main main = new Main();
    // Who owns the process stops it; a second shutdown hook would only wait for the first.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.configure().withJmxEnabled(false).withUseMdcLogging(false).withShutdownTimeout(5);
    main.addInitialProperty("camel.main.autoConfigurationEnabled", "true");
    main.addInitialProperty("camel.main.name", "howdah");
    main.addInitialProperty("camel.main.startupSummaryLevel", "off");
    main.addInitialProperty("camel.main.durationHitExitCode", "0");
    properties.forEach(main::addInitialProperty);
    bound.ifPresent(
        where -> {
          main.addInitialProperty("camel.server.enabled", "true");
          main.addInitialProperty("camel.server.host", where.host());
          main.addInitialProperty("camel.server.port", String.valueOf(where.port()));
          main.addInitialProperty("camel.server.maxBodySize", String.valueOf(where.maxBodyBytes()));
        });
    routes.filter(Files::isDirectory).ifPresent(directory -> include(main, directory));
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport support) {
            CamelContext context = support.getCamelContext();
            gate.ifPresent(closed -> closed.guard(context));
            prepare.accept(context);
          }
        });
    try {
      main.start();
    } catch (Exception e) {
      main.stop();
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw Fault.rejected(
              "camel.start",
              Blame.CALLER,
              "Camel does not start, most likely because of a route in the routes directory: "
                  + cause.getMessage())
          .toException();
    }
    return new CamelHost(main, bound, gate);
  }

  /** Lets the HTTP server answer what it is asked. */
  public void open() {
    gate.ifPresent(Gate::open);
  }

  private static void include(Main main, Path directory) {
    String path = directory.toAbsolutePath().toString();
    main.addInitialProperty("camel.main.routesIncludePattern", "file:" + path + "/*.yaml");
    main.addInitialProperty("camel.main.routesReloadEnabled", "true");
    main.addInitialProperty("camel.main.routesReloadDirectory", path);
    main.addInitialProperty("camel.main.routesReloadPattern", "*.yaml");
    main.addInitialProperty("camel.main.routesReloadRemoveAllRoutes", "false");
  }

  /** Camel only logs when a port is taken, so it is tried out first; 0 becomes a free one. */
  private static Http checked(Http wanted) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(wanted.host()), wanted.port()));
      return new Http(wanted.host(), socket.getLocalPort(), wanted.maxBodyBytes());
    } catch (IOException e) {
      throw Fault.rejected(
              "http.port-taken",
              Blame.CALLER,
              "port %d on %s cannot be listened on (%s); stop what uses it, or choose another with --port"
                  .formatted(wanted.port(), wanted.host(), e.getMessage()))
          .toException();
    }
  }

  public CamelContext context() {
    return main.getCamelContext();
  }

  /** Where the HTTP server listens, with the port it really has. */
  public Optional<Http> http() {
    return http;
  }

  @Override
  public void close() {
    main.stop();
  }
}

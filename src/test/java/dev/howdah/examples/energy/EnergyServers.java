package dev.howdah.examples.energy;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The nodes as gRPC servers, one each, which also tell how they are by {@code grpc.health.v1}. What
 * requests call {@code /data} is one directory of this machine, as if it were mounted there.
 */
public final class EnergyServers implements AutoCloseable {
  private static final String MOUNTED = "/data/";

  private final Path data;
  private final List<Server> servers = new ArrayList<>();
  private final Map<String, String> addresses = new LinkedHashMap<>();

  private EnergyServers(Path data) {
    this.data = data.toAbsolutePath().normalize();
  }

  /**
   * Starts all servers.
   *
   * @param data holds the files
   * @param firstPort of the first server, the others have those after it; 0 for free ones
   */
  public static EnergyServers start(Path data, int firstPort) throws IOException {
    EnergyServers all = new EnergyServers(data);
    try {
      int port = firstPort;
      for (EnergyNode node : EnergyNode.values()) {
        all.start(node, port);
        port += firstPort == 0 ? 0 : 1;
      }
    } catch (IOException e) {
      all.close();
      throw e;
    }
    return all;
  }

  private void start(EnergyNode node, int port) throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(ContainerExecutor.SERVICE, ServingStatus.SERVING);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(ContainerExecutor.service(request -> execute(node, request)))
            .addService(health.getHealthService())
            .build()
            .start();
    servers.add(server);
    addresses.put(node.id(), "localhost:" + server.getPort());
  }

  private ContainerExecutor.Response execute(EnergyNode node, ContainerExecutor.Request request) {
    try {
      String did = node.service().execute(file(request.inputFile()), file(request.outputFile()));
      return new ContainerExecutor.Response(true, did);
    } catch (EnergyService.Failed e) {
      return new ContainerExecutor.Response(false, e.getMessage());
    } catch (IOException e) {
      return new ContainerExecutor.Response(false, e.toString());
    }
  }

  private Path file(String name) throws EnergyService.Failed {
    Path file = data.resolve(name.substring(name.startsWith(MOUNTED) ? MOUNTED.length() : 0));
    if (!name.startsWith(MOUNTED) || !file.normalize().startsWith(data)) {
      throw new EnergyService.Failed(name + " is not below " + MOUNTED);
    }
    return file.normalize();
  }

  /** Where the server of each node is, by its id. */
  public Map<String, String> addresses() {
    return Map.copyOf(addresses);
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    for (Server server : servers) {
      try {
        server.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Starts all servers, prints a line for each, with its id and its address, and serves until the
   * process is ended.
   *
   * @param args the directory and the first port
   */
  public static void main(String[] args) throws Exception {
    EnergyServers all = start(Path.of(args[0]), Integer.parseInt(args[1]));
    for (EnergyNode node : EnergyNode.values()) {
      System.out.println(node.id() + " " + all.addresses.get(node.id()));
    }
    for (Server server : all.servers) {
      server.awaitTermination();
    }
  }
}

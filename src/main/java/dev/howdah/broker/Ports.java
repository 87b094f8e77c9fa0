package dev.howdah.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * The two ports of a single-node broker, found free by binding them both at once.
 *
 * @param clients where producers and consumers connect
 * @param controller where the node talks to its own controller
 */
record Ports(int clients, int controller) {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /**
   * Picks the ports. They are let go before the broker takes them, so a start has to be ready to
   * pick again.
   *
   * @param wanted the port for clients, or 0 for a free one
   */
  static Ports pick(int wanted) {
    try (ServerSocket clients = bind(wanted);
        ServerSocket controller = bind(0)) {
      return new Ports(clients.getLocalPort(), controller.getLocalPort());
    } catch (IOException e) {
      throw BrokerFaults.portTaken(wanted);
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}

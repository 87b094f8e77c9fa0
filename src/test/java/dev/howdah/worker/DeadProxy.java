package dev.howdah.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** A proxy that this process is told to use for everything, and at which nobody listens. */
public final class DeadProxy implements AutoCloseable {
  private final ProxySelector before = ProxySelector.getDefault();

  public DeadProxy() throws IOException {
    InetSocketAddress nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
    }
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(new Proxy(Proxy.Type.HTTP, nobody));
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
  }

  @Override
  public void close() {
    ProxySelector.setDefault(before);
  }
}

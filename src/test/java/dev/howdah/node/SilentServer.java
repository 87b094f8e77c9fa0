package dev.howdah.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes every request and never answers; tells who is on the line and who has hung up. */
final class SilentServer implements AutoCloseable {
  private final ServerSocket listening;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger hungUp = new AtomicInteger();

  SilentServer() throws IOException {
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "silent-server");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort() + "/";
  }

  /** How many have sent something. */
  int asked() {
    return asked.get();
  }

  /** How many of them have closed their connection. */
  int hungUp() {
    return hungUp.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        daemon(() -> listen(socket));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void listen(Socket socket) {
    try {
      int octet = socket.getInputStream().read();
      if (octet >= 0) {
        asked.incrementAndGet();
      }
      while (octet >= 0) {
        octet = socket.getInputStream().read();
      }
    } catch (IOException e) {
      // A connection that is reset is closed as well.
    }
    hungUp.incrementAndGet();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

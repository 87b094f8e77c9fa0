package dev.howdah.worker.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers on the bare socket, so that it can misbehave. One request a connection. */
final class RawServer implements AutoCloseable {
  /** What it does with a connection whose request was read. */
  interface Behaviour {
    void answer(Socket socket) throws IOException;
  }

  private final ServerSocket listening;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "raw-server");
            thread.setDaemon(true);
            return thread;
          });
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  RawServer(Behaviour behaviour) {
    try {
      listening = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(() -> accept(behaviour));
  }

  /** Sends text and leaves the connection open. */
  static Behaviour says(String text) {
    return socket -> send(socket, text);
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  int port() {
    return listening.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** The heads of the requests so far. */
  List<String> requests() {
    return requests;
  }

  /** The connections accepted so far. */
  List<Socket> sockets() {
    return sockets;
  }

  private void accept(Behaviour behaviour) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        sockets.add(socket);
        threads.execute(() -> serve(socket, behaviour));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket, Behaviour behaviour) {
    try {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          return;
        }
        head.append((char) octet);
      }
      requests.add(head.toString());
      behaviour.answer(socket);
    } catch (IOException e) {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(RawServer::close);
    threads.shutdown();
  }
}

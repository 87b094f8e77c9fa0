package dev.howdah.block.contract;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP service on bare sockets, one request a connection, so that it sees when a caller hangs up
 * before there is an answer. It gives back what it gets:
 *
 * <ul>
 *   <li>{@code /echo} at once
 *   <li>{@code /refuse} is not found
 *   <li>{@code /flaky} is unavailable to the first attempt of each step
 *   <li>{@code /held/NAME} when the service is released; as a model when it is asked as one
 * </ul>
 */
final class HeldService implements AutoCloseable {
  private static final String COMPLETION =
      """
      data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"held",\
      "choices":[{"index":0,"delta":{"role":"assistant","content":"at last"},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private record Request(String path, String key, String body) {
    boolean isOfModel() {
      return path.endsWith("/chat/completions");
    }

    String name() {
      return path.substring("/held/".length()).split("/")[0];
    }
  }

  private record Held(Socket socket, Request request) {}

  private final ServerSocket listening;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Set<Held> waiting = ConcurrentHashMap.newKeySet();
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final Set<String> hungUp = ConcurrentHashMap.newKeySet();
  private volatile boolean released;

  HeldService() throws IOException {
    listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "held-service");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Whether a request of that name has come. */
  boolean isHeld(String name) {
    return held.contains(name);
  }

  /** Whether the caller of that name has hung up without an answer. */
  boolean hasHungUp(String name) {
    return hungUp.contains(name);
  }

  /** Answers all who are held, and from now on everybody at once. */
  void release() {
    released = true;
    for (Held one : List.copyOf(waiting)) {
      if (waiting.remove(one)) {
        try {
          answer(one.socket(), one.request());
        } catch (IOException e) {
          hungUp.add(one.request().name());
        }
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Request request = read(in);
      if (request.path().startsWith("/held/")) {
        hold(socket, in, request);
      } else if (request.path().equals("/refuse")) {
        send(socket, "404 Not Found", "text/plain", "not here");
      } else if (request.path().equals("/flaky") && request.key().endsWith(":1")) {
        send(socket, "503 Service Unavailable", "text/plain", "not yet");
      } else {
        answer(socket, request);
      }
    } catch (IOException e) {
      // Whoever called has gone, which those who are held are told apart for.
    }
  }

  private void hold(Socket socket, InputStream in, Request request) throws IOException {
    Held one = new Held(socket, request);
    waiting.add(one);
    held.add(request.name());
    if (released && waiting.remove(one)) {
      answer(socket, request);
      return;
    }
    try {
      while (in.read() >= 0) {}
    } catch (IOException e) {
      // A connection that is reset is closed as well.
    }
    if (waiting.remove(one)) {
      hungUp.add(request.name());
      socket.close();
    }
  }

  private static Request read(InputStream in) throws IOException {
    String path = line(in).split(" ")[1];
    String key = "";
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
      String value = header.substring(header.indexOf(':') + 1).strip();
      if (name.equals("content-length")) {
        length = Integer.parseInt(value);
      } else if (name.equals("idempotency-key")) {
        key = value;
      }
    }
    return new Request(path, key, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the request broke off");
      }
      line.append((char) octet);
    }
    return line.toString().stripTrailing();
  }

  private static void answer(Socket socket, Request request) throws IOException {
    boolean model = request.isOfModel();
    String type = model ? "text/event-stream" : "application/json";
    send(socket, "200 OK", type, model ? COMPLETION : request.body());
  }

  private static void send(Socket socket, String status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, type, bytes.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    socket.close();
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

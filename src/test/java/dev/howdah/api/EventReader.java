package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads server-sent events as they come. */
final class EventReader implements AutoCloseable {
  /** One event. */
  record Event(String id, String name, JsonNode data) {}

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  private EventReader(HttpResponse<InputStream> response) {
    this.response = response;
    this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /** Sends a request that must be answered with a stream. */
  static EventReader open(ApiNode node, HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> response =
        node.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertEquals(200, response.statusCode());
    assertEquals("text/event-stream", ApiNode.header(response, "Content-Type"));
    return new EventReader(response);
  }

  String header(String name) {
    return ApiNode.header(response, name);
  }

  /** The next event; null when the stream has ended. */
  Event next() throws IOException {
    String id = "";
    String name = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring("id: ".length());
      } else if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        return new Event(id, name, Json.read(line.substring("data: ".length())));
      }
    }
    return null;
  }

  /** Reads on until an event of this name. */
  Event next(String name) throws IOException {
    for (Event event = next(); event != null; event = next()) {
      if (event.name().equals(name)) {
        return event;
      }
    }
    throw new AssertionError("the stream has ended without an event " + name);
  }

  /** Reads on until the stream ends. */
  List<Event> rest() throws IOException {
    List<Event> events = new ArrayList<>();
    for (Event event = next(); event != null; event = next()) {
      events.add(event);
    }
    return events;
  }

  /** What the tokens among some events say. */
  static String text(List<Event> events) {
    StringBuilder text = new StringBuilder();
    for (Event event : events) {
      if (event.name().equals("token")) {
        text.append(event.data().get("text").asText());
      }
    }
    return text.toString();
  }

  /** Hangs up. */
  @Override
  public void close() throws IOException {
    lines.close();
  }
}

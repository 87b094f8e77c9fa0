package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls that README.md makes with curl, as they stand there. */
class ReadmeTest {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path directory;

  /** Sends what curl would send. */
  private static HttpResponse<String> curl(ApiNode node, String command) throws Exception {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    String method = "GET";
    String type = "application/x-www-form-urlencoded";
    String path = "";
    byte[] body = {};
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-X" -> method = words.get(++i);
        case "-H" -> type = words.get(++i).substring("Content-Type: ".length());
        case "-d" -> body = words.get(++i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        case "--data-binary" -> body = Files.readAllBytes(Path.of(words.get(++i).substring(1)));
        default -> path = words.get(i).substring("localhost:8080".length());
      }
    }
    return node.send(
        node.request(path)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  @Test
  void theCallsOfTheReadmeWorkAsTheyStand() throws Exception {
    List<String> commands =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("curl "))
            .toList();
    String last = "";
    try (ApiNode node = ApiNode.start(directory, Map.of())) {
      for (String command : commands) {
        HttpResponse<String> answer = curl(node, command);
        assertEquals(2, answer.statusCode() / 100, command + ": " + answer.body());
        last = answer.body();
      }
    }
    assertEquals(4, commands.size());
    assertEquals("9227465", last);
  }
}

package dev.howdah.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a process of its own each, because the JDK reads the property once in a process. */
class HostHeaderTest {
  private static final String CURE = "-Djdk.httpclient.allowRestrictedHeaders=host";

  /** Uses the JDK's client before a caller makes its own. */
  static final class Latecomer {
    private Latecomer() {}

    public static void main(String[] arguments) {
      HttpClient.newHttpClient();
      PinnedHttp.client(Runnable::run);
    }
  }

  @Test
  void refusesToStartWhereNamesCannotBeBoundToAddresses() throws Exception {
    Process process = run(List.of());
    String said = said(process);
    assertEquals(1, process.waitFor());
    assertTrue(said.contains("start the JVM with " + CURE), said);
  }

  @Test
  void startsWhereThePropertyIsGiven() throws Exception {
    Process process = run(List.of(CURE));
    String said = said(process);
    assertEquals(0, process.waitFor(), said);
  }

  private static Process run(List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Latecomer.class.getName()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

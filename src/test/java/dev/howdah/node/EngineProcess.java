package dev.howdah.node;

import dev.howdah.api.Api;
import dev.howdah.config.Settings;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program that is one engine node and waits to be killed. Its arguments are settings, {@code
 * NAME=VALUE}; it prints the port of its API.
 */
final class EngineProcess {
  private EngineProcess() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      settings.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    EngineNode node =
        EngineNode.start(
            Settings.of(settings),
            InstantSource.system(),
            false,
            fault -> {
              throw fault.toException();
            });
    Api unused = Api.mount(node);
    System.out.println(node.port());
    System.out.flush();
    int end = System.in.read();
    System.exit(end < 0 ? 0 : 1);
  }
}

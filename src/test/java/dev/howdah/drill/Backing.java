package dev.howdah.drill;

import dev.howdah.broker.Broker;
import dev.howdah.broker.BrokerProcess;
import dev.howdah.broker.BrokerSettings;
import dev.howdah.store.PostgresServer;
import dev.howdah.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the engines of a drill keep what they know.
 *
 * @param data the directory of an engine that has its own database and broker
 * @param bootstrapServers where workers join
 * @param jdbc the address of the database, its user in it
 * @param engine settings that every engine gets
 * @param broker the broker that is no engine's own
 */
record Backing(
    Path data, String bootstrapServers, String jdbc, List<String> engine, Optional<Broker> broker)
    implements AutoCloseable {

  static Backing of(DrillSettings settings) {
    Path data = settings.directory().resolve("engine");
    if (settings.form() == DrillSettings.Form.ALONE) {
      int port = freePort();
      return new Backing(
          data,
          "localhost:" + port,
          "jdbc:sqlite:" + data.resolve("howdah.db"),
          List.of("--set=howdah.broker.port=" + port),
          Optional.empty());
    }
    StoreSettings.Postgres database = PostgresServer.fresh();
    BrokerProcess broker =
        BrokerProcess.start(new BrokerSettings(settings.directory().resolve("kafka"), 0));
    List<String> engine = new ArrayList<>();
    engine.add("--set=howdah.store.url=" + database.url());
    engine.add("--set=howdah.store.user=" + database.user());
    engine.add("--set=howdah.kafka.bootstrap-servers=" + broker.bootstrapServers());
    engine.add("--set=howdah.kafka.work-partitions=12");
    return new Backing(
        data,
        broker.bootstrapServers(),
        database.url() + "?user=" + database.user(),
        engine,
        Optional.of(broker));
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    broker.ifPresent(Broker::close);
  }
}

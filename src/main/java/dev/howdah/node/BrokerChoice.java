package dev.howdah.node;

import dev.howdah.broker.Broker;
import dev.howdah.broker.BrokerProcess;
import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.broker.ExternalBroker;
import dev.howdah.broker.TopicSettings;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Starts or finds the broker that the settings ask for. */
final class BrokerChoice {
  /** Where the broker of a process is. */
  enum Form {
    EMBEDDED,
    PROCESS,
    EXTERNAL
  }

  private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(10);

  private BrokerChoice() {}

  static Form form(Settings settings) {
    if (settings.optional(Setting.BOOTSTRAP).isPresent()) {
      return Form.EXTERNAL;
    }
    Form form =
        settings.parsed(
            Setting.BROKER, text -> Form.valueOf(text.strip().toUpperCase(Locale.ROOT)));
    if (form == Form.EXTERNAL) {
      return settings.parsed(
          Setting.BOOTSTRAP,
          text -> {
            throw new IllegalArgumentException("an external broker needs its host:port here");
          });
    }
    return form;
  }

  /**
   * @param anyPort whether another port will do when the default one is taken
   * @param onDeath told when a broker of our own dies
   */
  static Broker start(Settings settings, Path directory, boolean anyPort, Consumer<Fault> onDeath) {
    Form form = form(settings);
    if (form == Form.EXTERNAL) {
      return ExternalBroker.connect(
          KafkaAccess.own(settings, settings.text(Setting.BOOTSTRAP)), REACHABLE_WITHIN);
    }
    int port = settings.number(Setting.BROKER_PORT);
    try {
      return start(form, new BrokerSettings(directory, port), onDeath);
    } catch (FaultException e) {
      boolean mayMove = anyPort && !settings.isSet(Setting.BROKER_PORT);
      if (mayMove && e.fault().code().equals("broker.port-taken")) {
        return start(form, new BrokerSettings(directory, 0), onDeath);
      }
      throw e;
    }
  }

  private static Broker start(Form form, BrokerSettings settings, Consumer<Fault> onDeath) {
    return form == Form.PROCESS
        ? BrokerProcess.start(settings, onDeath)
        : EmbeddedBroker.start(settings, onDeath);
  }

  static TopicSettings topics(Settings settings) {
    return topics(
        settings,
        form(settings) == Form.EXTERNAL ? TopicSettings.external() : TopicSettings.embedded());
  }

  /** The usual ones, with what the settings say instead. */
  static TopicSettings topics(Settings settings, TopicSettings usual) {
    return new TopicSettings(
        settings.optional(Setting.WORK_PARTITIONS).isPresent()
            ? settings.number(Setting.WORK_PARTITIONS)
            : usual.workPartitions(),
        usual.groupPartitions(),
        settings.optional(Setting.REPLICATION).isPresent()
            ? settings.number(Setting.REPLICATION)
            : usual.replication(),
        usual.retention(),
        usual.retentionBytes());
  }
}

package dev.howdah.node;

import dev.howdah.block.spi.Kinds;
import dev.howdah.config.Settings;
import java.util.List;
import java.util.function.Consumer;

/** What nodes read from settings that has more to it than the form of each value. */
public final class NodeSettings {
  private NodeSettings() {}

  /** One reader for each; nothing is started by them. */
  public static List<Consumer<Settings>> readers() {
    return List.of(
        EngineNode::storeSettings,
        BrokerChoice::form,
        BlockServices::exec,
        BlockServices::agents,
        settings -> BlockServices.policy(settings, Kinds.installed()));
  }
}

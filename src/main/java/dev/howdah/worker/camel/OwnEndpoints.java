package dev.howdah.worker.camel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * Keeps designs from what is Howdah's own on the Camel context and the cluster it shares with them:
 * the routes of stages and the topics that carry them, whatever schemes are allowed.
 */
final class OwnEndpoints {
  /** A route of a stage, as a plan names it: {@code design@revision/path}. */
  private static final Pattern STAGE = Pattern.compile("[a-z0-9][a-z0-9-]*@\\d+/.*");

  private static final Pattern TOPIC = Pattern.compile("(.*,)?\\s*(howdah\\.|__).*");

  /** By which camel-kafka sends to another topic than its URI says. */
  private static final String OTHER_TOPIC = "kafka.OVERRIDE_TOPIC";

  private OwnEndpoints() {}

  /**
   * Lets a message pass that goes elsewhere.
   *
   * @throws dev.howdah.fault.FaultException {@code camel.own-endpoint}
   */
  static void check(CamelMessage message) {
    String scheme = message.uri().scheme();
    String target = message.uri().target();
    boolean own =
        switch (scheme) {
          case "direct" -> STAGE.matcher(target).matches();
          case "kafka" -> TOPIC.matcher(target).matches() || isOwnTopic(message);
          default -> false;
        };
    if (own) {
      throw CamelFaults.ownEndpoint(message.uri());
    }
  }

  private static boolean isOwnTopic(CamelMessage message) {
    return message.headers().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(OTHER_TOPIC))
        .map(header -> header.getValue())
        .map(JsonNode::asText)
        .anyMatch(topic -> TOPIC.matcher(topic).matches());
  }
}

package dev.howdah.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * The Kafka configuration of a single node that is broker and controller at once, on this machine
 * only, with the threads and buffers that one program needs rather than a data centre.
 */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerProperties() {}

  static Properties of(Path data, Ports ports, Duration startTimeout) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(NODE_ID));
    p.setProperty(
        "listeners",
        "BROKER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(ports.clients(), ports.controller()));
    p.setProperty("advertised.listeners", "BROKER://127.0.0.1:" + ports.clients());
    p.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("inter.broker.listener.name", "BROKER");
    p.setProperty("controller.listener.names", CONTROLLER_LISTENER);
    p.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports.controller());
    p.setProperty("log.dirs", data.toString());
    p.setProperty("server.max.startup.time.ms", Long.toString(startTimeout.toMillis()));

    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("offsets.topic.num.partitions", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.segment.bytes", "16777216");
    p.setProperty("transaction.state.log.num.partitions", "1");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("transaction.state.log.segment.bytes", "16777216");
    p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    // A consumer that starts alone would otherwise wait three seconds for company.
    p.setProperty("group.initial.rebalance.delay.ms", "0");

    p.setProperty("num.network.threads", "1");
    p.setProperty("num.io.threads", "2");
    p.setProperty("background.threads", "2");
    p.setProperty("group.coordinator.threads", "1");
    p.setProperty("share.coordinator.threads", "1");
    p.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
    p.setProperty("log.cleaner.io.buffer.size", "65536");
    p.setProperty("log.index.size.max.bytes", "1048576");
    p.setProperty("metadata.log.segment.bytes", "16777216");
    p.setProperty("metadata.max.retention.bytes", "33554432");
    // Nobody follows this log, so it needs no sign of life written and flushed twice a second.
    p.setProperty("metadata.max.idle.interval.ms", "0");

    // After a crash a node may register again only when its former session has run out, so that
    // session is most of such a restart: twelve seconds with the defaults. A live node that misses
    // it, after a long pause say, is back with its next heartbeat, and clients retry until then.
    p.setProperty("controlled.shutdown.enable", "true");
    p.setProperty("broker.session.timeout.ms", "1000");
    p.setProperty("broker.heartbeat.interval.ms", "250");
    return p;
  }
}

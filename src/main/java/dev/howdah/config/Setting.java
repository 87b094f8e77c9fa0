package dev.howdah.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings there are, and what their values look like. {@code docs/configuration.md} is this
 * list as a table.
 */
public enum Setting {
  DATA("howdah.data", "data", "directory of the database, the embedded broker and caches"),
  HTTP_PORT(
      "howdah.http.port",
      "8080",
      Form.number(0, 65_535),
      "port of the HTTP API; 0 takes a free one"),
  HTTP_HOST("howdah.http.host", "0.0.0.0", "address the HTTP API listens on"),
  HTTP_MAX_BODY("howdah.http.max-body", "1MiB", Form.SIZE, "largest request body"),
  HTTP_URL("howdah.http.url", "", "where workers reach this API; found out if empty"),
  NODE("howdah.node", "", "name of this process in records; kept in the data directory if empty"),
  GROUPS("howdah.groups", "*", "worker groups this process serves itself, by comma; * for all"),
  BROKER(
      "howdah.broker",
      "embedded",
      Form.oneOf("embedded", "process", "external"),
      "embedded, process (a child process) or external"),
  BROKER_PORT(
      "howdah.broker.port",
      "19092",
      Form.number(0, 65_535),
      "port of the embedded broker; 0 takes a free one"),
  BOOTSTRAP(
      "howdah.kafka.bootstrap-servers", "", "an external Kafka cluster, or where a worker joins"),
  REPLICATION(
      "howdah.kafka.replication",
      "",
      Form.number(1, 100).orEmpty(),
      "copies of each topic; 1 embedded, 3 external"),
  WORK_PARTITIONS(
      "howdah.kafka.work-partitions",
      "",
      Form.number(1, 10_000).orEmpty(),
      "partitions of howdah.work; 8 or 64"),
  SYNCHRONOUS(
      "howdah.store.synchronous",
      "full",
      Form.oneOf("full", "normal"),
      "full: survives a power cut; normal: survives kill -9"),
  STORE_URL("howdah.store.url", "", "a jdbc:postgresql: address; SQLite if empty"),
  STORE_USER("howdah.store.user", "", "user of that database"),
  STORE_PASSWORD("howdah.store.password", "", "password of that database"),
  ROUTES(
      "howdah.routes", "routes", "directory of Camel YAML routes, loaded at start and on change"),
  BLOCK_TIMEOUT(
      "howdah.block.timeout",
      "60s",
      Form.DURATION,
      "most time of one attempt that names no timeout"),
  LOADED(
      "howdah.designs.loaded", "200", Form.number(1, 100_000), "designs whose routes stay loaded"),
  RUNNERS(
      "howdah.runners",
      "4",
      Form.number(1, 1_000),
      "threads for blocks that compute, as long as they are quick"),
  MOST_RUNNERS(
      "howdah.runners.most",
      "256",
      Form.number(1, 10_000),
      "threads for blocks that compute, when they are slow"),
  MOST_OPEN(
      "howdah.runners.open",
      "2000",
      Form.number(1, 1_000_000),
      "polled messages that may be open per topic"),
  AT_HAND(
      "howdah.executions.at-hand",
      "100000",
      Form.number(100, 10_000_000),
      "running executions kept in memory"),
  WAITING(
      "howdah.http.waiting",
      "20000",
      Form.number(0, 10_000_000),
      "callers who may wait at a time; more get 503"),
  MODULES_KEPT(
      "howdah.modules.kept",
      "1GiB",
      Form.SIZE,
      "bytes of modules a worker keeps on disk; the least recently used go"),
  WASMTIME_WORKERS(
      "howdah.wasmtime.workers",
      "2",
      Form.number(1, 64),
      "processes for modules that ask for wasmtime"),
  LINK_LOCAL(
      "howdah.addresses.allow-link-local",
      "false",
      Form.oneOf("true", "false"),
      "whether http, grpc, agent and kafka blocks may reach link-local addresses and cloud metadata"),
  GRPC_CA(
      "howdah.grpc.ca", "", "PEM file of the authorities grpc blocks trust; Java's own if empty"),
  EXEC_ALLOW(
      "howdah.exec.allow",
      "",
      "programs that exec blocks may run, by comma: absolute paths, or names found on PATH"),
  EXEC_IMAGES(
      "howdah.exec.images",
      "",
      "container images that exec blocks may run, by comma; without a tag, all tags"),
  EXEC_RUNTIME(
      "howdah.exec.container-runtime",
      "",
      "path or name of what runs containers; docker or podman on PATH if empty"),
  EXEC_PROCESSES(
      "howdah.exec.processes",
      "16",
      Form.number(1, 10_000),
      "programs that run at a time; more wait for their turn"),
  EXEC_DATA(
      "howdah.exec.data",
      "",
      "where executions have directories for files; executions in howdah.data if empty"),
  EXEC_KEEP(
      "howdah.exec.keep",
      "1d",
      Form.DURATION,
      "how long the files of an execution stay after its end"),
  AGENT_URL(
      "howdah.agent.url",
      "",
      "OpenAI-compatible API of agents that name none, up to /v1 or the like"),
  AGENT_MODEL("howdah.agent.model", "", "model of agents that name none"),
  CAMEL_ALLOW(
      "howdah.camel.allow",
      "",
      "schemes of the Camel endpoints that camel blocks may send to, by comma"),
  CAMEL_THREADS(
      "howdah.camel.threads",
      "32",
      Form.number(1, 10_000),
      "endpoints of camel blocks that may hold a thread at a time; more wait for their turn");

  /** Settings below this are secrets, by any name. */
  static final String SECRET_PREFIX = "howdah.secret.";

  static final String VARIABLES = "HOWDAH_";

  private final String key;
  private final String initial;

  @SuppressWarnings("ImmutableEnumChecker") // forms hold nothing that changes
  private final Form form;

  private final String meaning;

  Setting(String key, String initial, String meaning) {
    this(key, initial, Form.TEXT, meaning);
  }

  Setting(String key, String initial, Form form, String meaning) {
    this.key = key;
    this.initial = initial;
    this.form = form;
    this.meaning = meaning;
  }

  /** The name in {@code application.properties}. */
  public String key() {
    return key;
  }

  /** The name of its environment variable. */
  public String variable() {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** What it is when nobody sets it. */
  public String initial() {
    return initial;
  }

  Form form() {
    return form;
  }

  public String meaning() {
    return meaning;
  }

  static Optional<Setting> named(String key) {
    return Arrays.stream(values()).filter(s -> s.key.equals(key)).findFirst();
  }

  /** The key that a variable sets; empty for variables that are none of Howdah's settings. */
  static Optional<String> ofVariable(String variable) {
    if (variable.startsWith("HOWDAH_SECRET_")) {
      return Optional.of(
          SECRET_PREFIX + variable.substring("HOWDAH_SECRET_".length()).toLowerCase(Locale.ROOT));
    }
    if (!variable.startsWith(VARIABLES)) {
      return Optional.empty();
    }
    return Arrays.stream(values())
        .filter(s -> s.variable().equals(variable))
        .findFirst()
        .map(Setting::key)
        .or(() -> KafkaClients.ofVariable(variable));
  }
}

package dev.howdah.store;

import java.util.List;

/** Rows with everything filled in that a test does not care about. */
final class Rows {
  private Rows() {}

  static ExecutionRow execution(String id) {
    return execution(id, null, null);
  }

  static ExecutionRow execution(String id, String deployment, String key) {
    return new ExecutionRow(
        id,
        deployment,
        "design",
        1,
        ExecutionStatus.RUNNING,
        "http",
        "anybody",
        "{\"n\":1}",
        null,
        null,
        key,
        null,
        null,
        1_000,
        null,
        9_000L,
        0);
  }

  static ExecutionRow ofDesign(String id, String design) {
    return new ExecutionRow(
        id,
        null,
        design,
        1,
        ExecutionStatus.RUNNING,
        "http",
        "anybody",
        "{}",
        null,
        null,
        null,
        null,
        null,
        1_000,
        null,
        null,
        0);
  }

  static PromiseRow promise(String id, String title, String schema) {
    return new PromiseRow(
        id, null, null, PromiseStatus.PENDING, null, title, schema, 1_000, null, null);
  }

  static ExecutionRow child(String id, String parent, String path) {
    return new ExecutionRow(
        id,
        null,
        "design",
        1,
        ExecutionStatus.RUNNING,
        "design",
        "parent",
        "{}",
        null,
        null,
        null,
        parent,
        path,
        1_000,
        null,
        null,
        0);
  }

  static ExecutionRow again(String id, String of, List<String> lineage) {
    return new ExecutionRow(
        id,
        null,
        "design",
        1,
        ExecutionStatus.RUNNING,
        "rerun",
        "anybody",
        "{}",
        null,
        null,
        null,
        null,
        null,
        1_000,
        null,
        null,
        0,
        of,
        lineage);
  }

  static StepRow step(String execution, String path, StepStatus status, String output) {
    return new StepRow(
        execution, path, 1, status, output, null, null, "default", "node-1", 1_000, 250, null);
  }

  static DeploymentRow deployment(String id, String path) {
    return new DeploymentRow(
        id, "design", 1, "Design", path, DeploymentStatus.ACTIVE, null, 1_000, 1_000, null, 0);
  }
}

package dev.howdah.block.contract;

import java.util.Locale;

/** How an execution runs. */
enum Mode {
  DURABLE,
  EXPRESS;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A whole design of its blocks. */
  String design(String name, String blocks) {
    return "id: %s-%s\nmode: %s\nblocks:\n%s".formatted(name, label(), label(), blocks);
  }
}

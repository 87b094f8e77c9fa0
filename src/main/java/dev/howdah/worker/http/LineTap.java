package dev.howdah.worker.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.function.Consumer;

/** Tells the lines of a body as they come, without the blank ones. Serves one response. */
final class LineTap {
  private final Charset charset;
  private final Consumer<String> told;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param charset one in which a line ends with the byte of a line feed
   * @param told each line, without what ends it
   */
  LineTap(Charset charset, Consumer<String> told) {
    this.charset = charset;
    this.told = told;
  }

  void take(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet == '\n') {
        end();
      } else {
        line.write(octet);
      }
    }
  }

  /** The line that is under way is whole. */
  void end() {
    String text = line.toString(charset).stripTrailing();
    line.reset();
    if (!text.isBlank()) {
      told.accept(text);
    }
  }
}

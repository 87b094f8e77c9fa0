package dev.howdah.json;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Says why a text is no JSON, in words for people. */
public final class NotJson {
  private NotJson() {}

  /**
   * The parser's reason without its hints to programmers, which stand behind the first of them, and
   * without a full stop.
   */
  public static String reason(JsonProcessingException failure) {
    String message = String.valueOf(failure.getOriginalMessage());
    if (message.startsWith("Trailing token")) {
      return "there is more behind the value";
    }
    String told =
        message
            .replaceAll("\\s*\\(start marker at \\[[^\\]]*\\]\\)", "")
            .replaceAll("\\s*\\[Source: [^\\]]*\\]", "")
            .replaceAll("\\s*\\(`[A-Za-z]+\\.[^`]*`\\)", "")
            .replaceAll("`[A-Za-z]+\\.([a-zA-Z]+)\\(\\)`", "$1");
    String first = told.lines().findFirst().orElse("it breaks off").strip();
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }
}

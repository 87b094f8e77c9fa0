package dev.howdah.worker;

import java.nio.charset.StandardCharsets;

/** Makes text fit for a header: what is not visible ASCII is percent-encoded as UTF-8. */
public final class HeaderText {
  private HeaderText() {}

  /** The text as a header can carry it. */
  public static String of(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet <= '~') {
        encoded.append((char) octet);
      } else {
        encoded.append(String.format("%%%02X", octet));
      }
    }
    return encoded.toString();
  }
}

package dev.howdah.worker;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes the JDK's client accept a {@code Host} header from us, without which a request could not
 * name its host and still go to the address that was checked.
 */
final class HostHeader {
  private static final String PROPERTY = "jdk.httpclient.allowRestrictedHeaders";

  private HostHeader() {}

  /**
   * Must run before anything in the process uses the client, which reads the property only once.
   *
   * @throws IllegalStateException when it is too late
   */
  static synchronized void allow() {
    String allowed = System.getProperty(PROPERTY, "");
    boolean there = Arrays.asList(allowed.toLowerCase(Locale.ROOT).split(",", -1)).contains("host");
    if (!there) {
      System.setProperty(PROPERTY, allowed.isBlank() ? "host" : allowed + ",host");
    }
    try {
      HttpRequest.newBuilder(URI.create("http://localhost")).setHeader("Host", "localhost");
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "java.net.http was used before the first caller of a service was made; start the JVM with -D"
              + PROPERTY
              + "=host",
          e);
    }
  }
}

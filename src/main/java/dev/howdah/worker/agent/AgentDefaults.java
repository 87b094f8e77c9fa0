package dev.howdah.worker.agent;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * What agents that do not say otherwise talk to.
 *
 * @param url base address of the API
 * @param model the model's name there
 * @param key goes to that address and to no other
 */
public record AgentDefaults(Optional<URI> url, Optional<String> model, Optional<String> key) {
  /** Nothing is configured. */
  public static final AgentDefaults NONE =
      new AgentDefaults(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Reads a base address.
   *
   * @throws IllegalArgumentException when it is none, with what would be right
   */
  public static URI url(String text) {
    URI url;
    try {
      url = URI.create(text.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no address; write for example https://api.openai.com/v1".formatted(text), e);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "\"%s\" is no http address; write for example https://api.openai.com/v1".formatted(text));
    }
    return url;
  }

  @Override
  public String toString() {
    return "AgentDefaults[" + url + ", " + model + "]";
  }
}

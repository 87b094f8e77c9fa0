package dev.howdah.worker.camel;

import java.util.Set;
import org.apache.camel.Component;

/** Tells which components are on the class path, as Camel itself would find them. */
public final class CamelComponents {
  private static final String ENTRIES = "META-INF/services/org/apache/camel/component/";

  /** What Howdah adds for users' routes. */
  private static final Set<String> BOUND = Set.of("howdah");

  private CamelComponents() {}

  /** Whether there is a component of that scheme. */
  public static boolean has(String scheme) {
    return BOUND.contains(scheme)
        || CamelComponents.class.getClassLoader().getResource(ENTRIES + scheme) != null
        || Component.class.getClassLoader().getResource(ENTRIES + scheme) != null;
  }
}

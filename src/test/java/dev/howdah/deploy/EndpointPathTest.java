package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.fault.FaultException;
import org.junit.jupiter.api.Test;

class EndpointPathTest {
  @Test
  void slashesAreBroughtIntoOneForm() {
    for (String written :
        new String[] {"my-design", "/my-design", "my-design/", "//my-design//", " /my-design "}) {
      assertEquals("/my-design", EndpointPath.of(written));
    }
    assertEquals("/a/b", EndpointPath.of("a//b/"));
  }

  @Test
  void whatCannotStandInAnAddressIsRefused() {
    for (String written :
        new String[] {
          "", "/", "a b", "a?b", "a#b", "a%20", "ä", ".", "..", "a/./b", "a/..", "x".repeat(200)
        }) {
      FaultException refused =
          assertThrows(FaultException.class, () -> EndpointPath.of(written), written);
      assertEquals("deployment.path", refused.fault().code());
    }
    assertEquals("/...", EndpointPath.of("..."));
    assertEquals("/.well-known", EndpointPath.of(".well-known"));
    assertEquals(200, EndpointPath.of("x".repeat(199)).length());
  }
}

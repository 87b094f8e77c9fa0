package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.path;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ExecPolicyTest {
  private static final Path CAT =
      new ExecPolicy(List.of(), List.of(), ExecPolicy.of(List.of(), List.of(), path()).searchPath())
          .find("cat")
          .orElseThrow();

  private static ExecPolicy programs(String... programs) {
    return ExecPolicy.of(List.of(programs), List.of(), path());
  }

  private static Fault refused(Executable executable) {
    return assertThrows(FaultException.class, executable).fault();
  }

  @Test
  void nothingMayRunUnlessTheOperatorSaysSo() {
    ExecPolicy policy = programs();
    assertFalse(policy.allowsAnything());
    Fault fault = refused(() -> policy.program("cat"));
    assertEquals("exec.not-allowed", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("howdah.exec.allow"), fault.message());
    Fault image = refused(() -> policy.check("busybox"));
    assertEquals("exec.not-allowed", image.code());
    assertTrue(image.message().contains("howdah.exec.images"), image.message());
  }

  @Test
  void aNameAllowsWhatIsFoundUnderItAndNoOtherPathThatEndsInIt() {
    ExecPolicy policy = programs("cat");
    assertEquals(CAT, policy.program("cat"));
    assertEquals("exec.not-allowed", refused(() -> policy.program("/tmp/cat")).code());
    assertEquals("exec.not-allowed", refused(() -> policy.program(CAT.toString())).code());
  }

  @Test
  void anAbsolutePathAllowsItselfAndTheNameThatLeadsToIt() {
    ExecPolicy policy = programs(CAT.toString());
    assertEquals(CAT, policy.program(CAT.toString()));
    assertEquals(CAT, policy.program("cat"));
    assertEquals("exec.not-allowed", refused(() -> policy.program("sh")).code());
    assertEquals(
        "exec.not-allowed",
        refused(() -> policy.program(CAT.getParent() + "/../../tmp/cat")).code());
  }

  @Test
  void aRelativePathIsNoProgram() {
    assertEquals("exec.invalid-call", refused(() -> programs("cat").program("./cat")).code());
    assertThrows(IllegalArgumentException.class, () -> ExecPolicy.programs("cat, ./cat"));
    assertEquals(List.of("cat", "/bin/sh"), ExecPolicy.programs(" cat , /usr/../bin/sh, "));
  }

  @Test
  void whatIsAllowedButNotThereIsToldApart() {
    ExecPolicy policy = programs("no-such-program", "/no/such/program");
    assertEquals("exec.unknown-command", refused(() -> policy.program("no-such-program")).code());
    assertEquals("exec.unknown-command", refused(() -> policy.program("/no/such/program")).code());
  }

  @Test
  void anImageWithoutATagAllowsAllItsTagsAndOneWithATagOnlyThat() {
    ExecPolicy policy =
        ExecPolicy.of(List.of(), ExecPolicy.images("localhost:5000/energy, busybox:1.36"), path());
    assertDoesNotThrow(() -> policy.check("localhost:5000/energy"));
    assertDoesNotThrow(() -> policy.check("localhost:5000/energy:2"));
    assertDoesNotThrow(() -> policy.check("localhost:5000/energy:2@sha256:abc"));
    assertDoesNotThrow(() -> policy.check("busybox:1.36"));
    for (String image :
        List.of("busybox", "busybox:latest", "localhost:5000/energy2", "localhost", "-v")) {
      assertEquals("exec.not-allowed", refused(() -> policy.check(image)).code(), image);
    }
  }
}

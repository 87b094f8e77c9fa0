package dev.howdah.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "Gpu", "-gpu", ".gpu", "gpu/1", "gpu 1", "gpü"})
  void aNameThatKafkaOrAPersonWouldStumbleOverIsRejected(String name) {
    FaultException fault = assertThrows(FaultException.class, () -> Topics.group(name));

    assertEquals("group.name", fault.fault().code());
    assertTrue(fault.getMessage().contains("«" + name + "»"), fault.getMessage());
  }

  @Test
  void aNameHasAtMost64Characters() {
    assertEquals("howdah.group." + "a".repeat(64), Topics.group("a".repeat(64)));
    assertThrows(FaultException.class, () -> Topics.group("a".repeat(65)));
  }
}

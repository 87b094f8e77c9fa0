package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "64MB, 64000000, 64MB",
    "64MiB, 67108864, 64MiB",
    "1 GiB, 1073741824, 1GiB",
    "2048B, 2048, 2KiB",
    "3kB, 3000, 3kB",
    "5b, 5, 5B",
    "0B, 0, 0B",
  })
  void readsWhatPeopleWriteAndWritesItBack(String text, long bytes, String written) {
    ByteSize size = ByteSize.parse(text);
    assertEquals(bytes, size.bytes());
    assertEquals(written, size.toString());
    assertEquals(size, ByteSize.parse(size.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "MB", "-1MB", "1.5MB", "64XB", "999999999999999999GB"})
  void saysWhatASizeIs(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text)).getMessage();
    assertTrue(message.endsWith(ByteSize.CURE), message);
  }

  @Test
  void isNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
  }
}

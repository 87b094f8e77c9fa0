package dev.howdah.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

  private static List<String> words(String line) throws Exception {
    return ShellWords.split(line).stream().map(word -> word.with("<DATA>")).toList();
  }

  @Test
  void quotesAndBackslashesMeanWhatTheyMeanInAShell() throws Exception {
    assertEquals(List.of("a", "b c", "d"), words("  a\t'b c'  d "));
    assertEquals(List.of("a b", "", "c"), words("a\\ b '' c"));
    assertEquals(List.of("xa'b", "y\"z"), words("x\"a'b\" y'\"'z"));
    assertEquals(List.of("a\"b\\c$d`e\\f"), words("\"a\\\"b\\\\c\\$d\\`e\\f\""));
    assertEquals(List.of("a|b>c;d*", "&&", "#x"), words("'a|b>c;d*' \"&&\" \\#x"));
    assertEquals(List.of("a#b", "c~", "{}", "50$", "$"), words("a#b c~ {} 50$ $"));
    assertEquals(List.of(), words("  "));
  }

  @Test
  void theDirectoryIsTheOnlyVariable() throws Exception {
    assertEquals(
        List.of("<DATA>", "<DATA>/x", "--f=<DATA>/x", "a <DATA> b"),
        words("${DATA} $DATA/x --f=${DATA}/x \"a ${DATA} b\""));
    assertEquals(List.of("${DATA}", "$DATA"), words("'${DATA}' \\$DATA"));

    List<Word> words = ShellWords.split("${DATA} ${DATA}/x ${DATA}x x${DATA} '${DATA}' plain");
    assertEquals(
        List.of(true, true, false, false, false, false),
        words.stream().map(Word::isInData).toList());
    assertEquals(
        List.of(true, true, true, true, false, false), words.stream().map(Word::usesData).toList());
    assertEquals(List.of(0, 8, 18, 27, 36, 46), words.stream().map(Word::offset).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      value = {
        "a | b ! 2 ! ^\"|\"^ ! a container of its own",
        "a > out ! 2 ! ^\">\"^ ! argument of the program",
        "a 2>&1 ! 3 ! ^\">&\"^ ! argument of the program",
        "a && b ! 2 ! ^\"&&\"^ ! a container of its own",
        "a; b ! 1 ! ^\";\"^ ! a container of its own",
        "a & ! 2 ! ^\"&\"^ ! a container of its own",
        "a (b) ! 2 ! ^\"(\"^ ! script",
        "a *.csv ! 2 ! ^\"*\"^ ! quote it",
        "a ~/x ! 2 ! ^\"~\"^ ! write the path",
        "a $(date) ! 2 ! ^\"$(\"^ ! a container of its own",
        "a \"`date`\" ! 3 ! ^\"`\"^ ! a container of its own",
        "a ${HOME}/x ! 2 ! ${HOME} ! write the value itself",
        "a $HOME ! 2 ! ^\"$HOME\"^ ! write the value itself",
        "a ${DATA:-x} ! 2 ! ${DATA:-x} ! write the value itself",
        "a ${DATA ! 2 ! ${DATA ! write the value itself",
        "a 'b ! 2 ! not closed ! where it ends",
        "a \"b ! 2 ! not closed ! where it ends",
        "a\\ ! 1 ! escapes nothing ! remove it"
      })
  void whatNeedsAShellIsRefusedWithItsPlaceAndACure(
      String line, int offset, String message, String cure) {
    ShellWords.NeedsShell refused =
        assertThrows(ShellWords.NeedsShell.class, () -> ShellWords.split(line));
    assertEquals(offset, refused.offset(), line);
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
    assertTrue(refused.cure().contains(cure), refused.cure());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\r\nb"})
  void aLineIsOneCommand(String line) {
    assertThrows(ShellWords.NeedsShell.class, () -> ShellWords.split(line));
  }
}

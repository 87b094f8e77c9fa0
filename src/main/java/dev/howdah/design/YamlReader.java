package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML 1.2 from the events of its parser, so that neither depth nor aliases can overflow. */
final class YamlReader {
  private static final String TAG = "tag:yaml.org,2002:";
  private static final Pattern NULL = Pattern.compile("null|Null|NULL|~|");
  private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Iterator<Event> events;
  private final TreeBuilder builder;
  private final Map<String, Anchored> anchors = new HashMap<>();

  /** What an anchor names, and how many values that is. */
  private record Anchored(JsonNode node, int values) {}

  private YamlReader(Iterator<Event> events, TreeBuilder builder) {
    this.events = events;
    this.builder = builder;
  }

  static JsonNode read(String text, TreeBuilder builder) {
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
    try {
      return new YamlReader(new Parse(settings).parseString(text).iterator(), builder).document();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      throw builder.giveUp(
          "design.syntax",
          mark.map(m -> m.getLine() + 1).orElse(1),
          mark.map(m -> m.getColumn() + 1).orElse(1),
          "this is not YAML: " + message(e),
          cure(e.getProblem()));
    } catch (ReaderException e) {
      int[] place = place(text, e.getPosition());
      throw builder.giveUp(
          "design.syntax",
          place[0],
          place[1],
          "this character is not allowed in YAML: U+" + String.format("%04X", e.getCodePoint()),
          "remove it, or escape it in a double-quoted string");
    } catch (YamlEngineException e) {
      throw builder.giveUp(
          "design.syntax", 1, 1, "this is not YAML: " + oneLine(e.getMessage()), "correct it");
    }
  }

  private static String message(MarkedYamlEngineException e) {
    String context = e.getContext() == null ? "" : oneLine(e.getContext()) + ", ";
    return context + oneLine(String.valueOf(e.getProblem()));
  }

  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s+", " ");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private static String cure(String problem) {
    if (problem != null && problem.contains("TAB")) {
      return "indent with spaces, not tabs";
    }
    if (problem != null && problem.contains("mapping values are not allowed")) {
      return "put the text in quotes, or correct the indentation";
    }
    return "correct the YAML here or just before";
  }

  /** Line and column of the n-th character. */
  private static int[] place(String text, int codePoints) {
    int count = text.codePointCount(0, text.length());
    int index = text.offsetByCodePoints(0, Math.max(0, Math.min(count, codePoints)));
    int lineStart = text.lastIndexOf('\n', index - 1) + 1;
    int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    return new int[] {line, text.codePointCount(lineStart, index) + 1};
  }

  private JsonNode document() {
    events.next();
    Event start = events.next();
    if (start.getEventId() != Event.ID.DocumentStart) {
      throw builder.giveUp(
          "design.empty", 1, 1, "the document is empty", "write a design with blocks");
    }
    JsonNode root = value(events.next(), "", null, 0);
    events.next();
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      Mark mark = mark(after);
      builder.problem(
          "design.syntax",
          mark.getLine() + 1,
          mark.getColumn() + 1,
          "a second document starts here",
          "put it in a file of its own");
    }
    return root;
  }

  private static Mark mark(Event event) {
    return event.getStartMark().orElseThrow();
  }

  private JsonNode value(Event event, String pointer, int[] key, int depth) {
    int line = mark(event).getLine() + 1;
    int column = mark(event).getColumn() + 1;
    if (event instanceof AliasEvent alias) {
      return alias(alias, pointer, key);
    }
    int before = builder.values();
    builder.place(pointer, key, line, column);
    JsonNode node;
    if (event instanceof ScalarEvent scalar) {
      node = scalar(scalar, line, column);
    } else {
      builder.enter(depth + 1, line, column);
      checkTag(((CollectionStartEvent) event).getTag(), line, column);
      node =
          event.getEventId() == Event.ID.MappingStart
              ? mapping(pointer, depth + 1)
              : sequence(pointer, depth + 1);
    }
    JsonNode built = node;
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(
            anchor ->
                anchors.put(anchor.getValue(), new Anchored(built, builder.values() - before)));
    return node;
  }

  private JsonNode alias(AliasEvent event, String pointer, int[] key) {
    int line = mark(event).getLine() + 1;
    int column = mark(event).getColumn() + 1;
    String name = event.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    builder.place(pointer, key, line, column);
    if (anchored == null) {
      builder.problem(
          "design.syntax",
          line,
          column,
          "the alias *" + name + " has no anchor before it",
          "write &" + name + " where the value is");
      return NullNode.instance;
    }
    builder.count(anchored.values(), line, column);
    return anchored.node();
  }

  private ObjectNode mapping(String pointer, int depth) {
    ObjectNode object = NODES.objectNode();
    for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
      int line = mark(key).getLine() + 1;
      int column = mark(key).getColumn() + 1;
      if (!(key instanceof ScalarEvent scalar)) {
        throw builder.giveUp(
            "design.syntax", line, column, "a key is not a text", "write a plain text as the key");
      }
      String name = scalar.getValue();
      builder.checkKey(object, pointer, name, line, column);
      int[] place = {line, column};
      object.set(name, value(events.next(), TreeBuilder.member(pointer, name), place, depth));
    }
    return object;
  }

  private ArrayNode sequence(String pointer, int depth) {
    ArrayNode array = NODES.arrayNode();
    for (Event element = events.next();
        element.getEventId() != Event.ID.SequenceEnd;
        element = events.next()) {
      array.add(value(element, pointer + "/" + array.size(), null, depth));
    }
    return array;
  }

  private void checkTag(Optional<String> tag, int line, int column) {
    tag.filter(t -> !t.equals(TAG + "map") && !t.equals(TAG + "seq"))
        .ifPresent(t -> unknownTag(t, line, column));
  }

  private void unknownTag(String tag, int line, int column) {
    builder.problem(
        "design.syntax",
        line,
        column,
        "the tag " + tag.replace(TAG, "!!") + " has no meaning here",
        "remove it");
  }

  private JsonNode scalar(ScalarEvent event, int line, int column) {
    String text = event.getValue();
    String tag = event.getTag().orElse(event.isPlain() ? "" : TAG + "str");
    if (tag.equals(TAG + "str") || tag.equals("!")) {
      return TextNode.valueOf(text);
    }
    if (!tag.isEmpty() && !tag.matches(TAG + "(int|float|bool|null)")) {
      unknownTag(tag, line, column);
      return NullNode.instance;
    }
    JsonNode node = plain(text, line, column);
    if (!tag.isEmpty() && node.isTextual()) {
      unknownTag(tag, line, column);
    }
    return node;
  }

  /** The core schema of YAML 1.2, section 10.3.2. */
  private JsonNode plain(String text, int line, int column) {
    if (NULL.matcher(text).matches()) {
      return NullNode.instance;
    }
    if (BOOLEAN.matcher(text).matches()) {
      return BooleanNode.valueOf(text.charAt(0) == 't' || text.charAt(0) == 'T');
    }
    if (NOT_FINITE.matcher(text).matches()) {
      builder.problem(
          "design.syntax",
          line,
          column,
          "JSON has no number " + text,
          "put it in quotes, or write a finite number");
      return NullNode.instance;
    }
    boolean decimal = DECIMAL.matcher(text).matches();
    boolean octal = OCTAL.matcher(text).matches();
    boolean hexadecimal = HEXADECIMAL.matcher(text).matches();
    if (!decimal && !octal && !hexadecimal && !FLOAT.matcher(text).matches()) {
      return TextNode.valueOf(text);
    }
    if (text.length() > 400 || (!hexadecimal && TreeBuilder.isExcessive(text))) {
      throw builder.excessive(line, column);
    }
    if (octal || hexadecimal) {
      return JsonReader.number(new BigInteger(text.substring(2), octal ? 8 : 16).toString());
    }
    return JsonReader.number(text);
  }
}

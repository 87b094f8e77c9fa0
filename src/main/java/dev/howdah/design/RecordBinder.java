package dev.howdah.design;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.expression.Expression;
import dev.howdah.expression.ExpressionException;
import dev.howdah.expression.Template;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a record of a value.
 *
 * <p>Not Jackson, because only the place where a conversion happens knows the pointer of what it
 * converts, and every failure is to be reported, not the first.
 */
final class RecordBinder {
  private final Report report;

  private RecordBinder(Report report) {
    this.report = report;
  }

  static <C extends Record> Optional<C> bind(Class<C> type, JsonNode data, Report report) {
    return new RecordBinder(report).bindRecord(type, data, "").map(type::cast);
  }

  /** The value of a type; empty when it does not fit, which is reported here or by the schema. */
  private Optional<Object> value(Type type, JsonNode node, String pointer) {
    if (report.isWrong(pointer)) {
      return Optional.empty();
    }
    if (type instanceof ParameterizedType generic) {
      return generic(generic, node, pointer);
    }
    Class<?> target = (Class<?>) type;
    if (target.isRecord() && target != ByteSize.class) {
      return bindRecord(target, node, pointer);
    }
    if (target == Template.class) {
      return template(node, pointer);
    }
    try {
      return Optional.ofNullable(scalar(target, node));
    } catch (ExpressionException e) {
      report.expression(pointer + e.pointer(), e.offset(), e.getMessage(), e.cure());
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      int cure = message.indexOf("; ");
      report.wrong(
          pointer,
          cure < 0 ? message : message.substring(0, cure),
          cure < 0 ? "correct it" : message.substring(cure + 2));
    }
    return Optional.empty();
  }

  private Optional<Object> generic(ParameterizedType type, JsonNode node, String pointer) {
    Type[] arguments = type.getActualTypeArguments();
    Class<?> raw = (Class<?>) type.getRawType();
    if (raw == Optional.class) {
      return value(arguments[0], node, pointer).map(Optional::of);
    }
    if (raw == List.class && node.isArray()) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        value(arguments[0], node.get(i), pointer + "/" + i).ifPresent(list::add);
      }
      // A list that lacks what is wrong in it is not what was written.
      return list.size() == node.size() ? Optional.of(List.copyOf(list)) : Optional.empty();
    }
    if (raw == Map.class && node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (var member : node.properties()) {
        value(arguments[1], member.getValue(), TreeBuilder.member(pointer, member.getKey()))
            .ifPresent(value -> map.put(member.getKey(), value));
      }
      return map.size() == node.size()
          ? Optional.of(Collections.unmodifiableMap(map))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private Optional<Object> template(JsonNode node, String pointer) {
    try {
      return Optional.of(Template.parse(node));
    } catch (ExpressionException first) {
      for (ExpressionException e : Template.problems(node)) {
        report.expression(pointer + e.pointer(), e.offset(), e.getMessage(), e.cure());
      }
      return Optional.empty();
    }
  }

  private static Object scalar(Class<?> type, JsonNode node) {
    if (type == JsonNode.class) {
      return node;
    }
    if (type == String.class || type == Expression.class) {
      return !node.isTextual()
          ? null
          : type == String.class ? node.textValue() : Expression.parse(node.textValue());
    }
    if (type == Duration.class) {
      return node.isTextual() ? Durations.parse(node.textValue()) : null;
    }
    if (type == ByteSize.class) {
      return node.isTextual() ? ByteSize.parse(node.textValue()) : null;
    }
    if (type == boolean.class || type == Boolean.class) {
      return node.isBoolean() ? node.booleanValue() : null;
    }
    if (type.isEnum()) {
      return node.isTextual() ? constant(type, node.textValue()) : null;
    }
    return number(type, node);
  }

  private static Object number(Class<?> type, JsonNode node) {
    if (!node.isNumber()) {
      return null;
    }
    if (type == double.class || type == Double.class) {
      return inRange(Double.isFinite(node.doubleValue()), node).doubleValue();
    }
    if (!node.canConvertToExactIntegral()) {
      return null;
    }
    if (type == int.class || type == Integer.class) {
      return inRange(node.canConvertToInt(), node).intValue();
    }
    if (type == long.class || type == Long.class) {
      return inRange(node.canConvertToLong(), node).longValue();
    }
    throw new IllegalStateException("a configuration record cannot have a " + type);
  }

  private static JsonNode inRange(boolean fits, JsonNode node) {
    if (!fits) {
      throw new IllegalArgumentException(
          Fields.shortened(node.asText()) + " is out of range; write a number nearer to 0");
    }
    return node;
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (label((Enum<?>) constant).equals(text)) {
        return constant;
      }
    }
    return null;
  }

  /** A constant as documents write it. */
  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Optional<Object> bindRecord(Class<?> type, JsonNode data, String pointer) {
    if (!data.isObject()) {
      return Optional.empty();
    }
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      types[i] = component.getType();
      Optional<Object> argument = component(component, data, member(pointer, component));
      arguments[i] = argument.orElse(null);
      complete &= argument.isPresent();
    }
    return complete ? construct(type, components, types, arguments, pointer) : Optional.empty();
  }

  /** What documents call a component. */
  static String name(RecordComponent component) {
    Written written = component.getAnnotation(Written.class);
    return written == null ? component.getName() : written.value();
  }

  private Optional<Object> component(RecordComponent component, JsonNode data, String pointer) {
    JsonNode node = data.get(name(component));
    return node == null ? otherwise(component) : value(component.getGenericType(), node, pointer);
  }

  /** The default as JSON: what does not parse is a string. */
  static JsonNode json(Default otherwise) {
    try {
      JsonNode node = Json.read(otherwise.value());
      return node == null || node.isMissingNode() ? NullNode.instance : node;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(otherwise.value());
    }
  }

  /**
   * A record refuses itself with one sentence at a time. One that begins with a component's name is
   * about that component, so that with its default in its stead the next sentence can be heard.
   */
  private Optional<Object> construct(
      Class<?> type,
      RecordComponent[] components,
      Class<?>[] types,
      Object[] arguments,
      String pointer) {
    Set<Integer> replaced = new HashSet<>();
    Attempt attempt = attempt(type, types, arguments);
    while (attempt.refusal().isPresent()) {
      int about = about(components, attempt.refusal().get());
      wrong(about < 0 ? null : components[about], pointer, attempt.refusal().get());
      Optional<Object> otherwise = about < 0 ? Optional.empty() : otherwise(components[about]);
      if (otherwise.isEmpty() || !replaced.add(about)) {
        return Optional.empty();
      }
      arguments[about] = otherwise.get();
      attempt = attempt(type, types, arguments);
    }
    return replaced.isEmpty() ? attempt.made() : Optional.empty();
  }

  /** A record, or the sentence with which it refuses itself. */
  private record Attempt(Optional<Object> made, Optional<String> refusal) {}

  private static Attempt attempt(Class<?> type, Class<?>[] types, Object[] arguments) {
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Attempt(Optional.of(constructor.newInstance(arguments)), Optional.empty());
    } catch (InvocationTargetException e) {
      return new Attempt(Optional.empty(), Optional.of(refusal(type, e.getCause())));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be constructed", e);
    }
  }

  private static String refusal(Class<?> type, Throwable thrown) {
    if (thrown instanceof IllegalArgumentException
        || (thrown instanceof FaultException fault && !fault.fault().retryable())) {
      return String.valueOf(thrown.getMessage());
    }
    throw new IllegalStateException(type + " failed unexpectedly", thrown);
  }

  /** Quotes the component's name, lest it be changed as the first word of a sentence. */
  private void wrong(RecordComponent aboutOrNull, String pointer, String refusal) {
    String place = pointer;
    String sentence = refusal;
    if (aboutOrNull != null) {
      String name = name(aboutOrNull);
      place = member(pointer, aboutOrNull);
      sentence = "\"" + name + "\"" + refusal.substring(name.length());
    }
    int cure = sentence.indexOf("; ");
    report.wrong(
        place,
        cure < 0 ? sentence : sentence.substring(0, cure),
        cure < 0 ? "correct the settings here" : sentence.substring(cure + 2));
  }

  private static int about(RecordComponent[] components, String refusal) {
    String word = refusal.split("[ :]", 2)[0];
    for (int i = 0; i < components.length; i++) {
      if (name(components[i]).equals(word)) {
        return i;
      }
    }
    return -1;
  }

  private static String member(String pointer, RecordComponent component) {
    return TreeBuilder.member(pointer, name(component));
  }

  /** What a component is when nothing is written. */
  private Optional<Object> otherwise(RecordComponent component) {
    Default otherwise = component.getAnnotation(Default.class);
    if (otherwise != null) {
      return value(component.getGenericType(), json(otherwise), "/default of " + name(component));
    }
    return component.getType() == Optional.class ? Optional.of(Optional.empty()) : Optional.empty();
  }
}

package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.expression.Template;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leaves out the nulls that say nothing: those of members that may be left out, unless any JSON may
 * stand there, so that null is a value as any other.
 */
final class Nulls {
  private Nulls() {}

  /** A copy of what is to become a value of a type. */
  static JsonNode without(Type type, JsonNode node) {
    if (type instanceof ParameterizedType generic) {
      return without(generic, node);
    }
    Class<?> target = (Class<?>) type;
    if (!target.isRecord() || target == ByteSize.class || !node.isObject()) {
      return node;
    }
    ObjectNode copy = ((ObjectNode) node).objectNode().setAll((ObjectNode) node);
    for (RecordComponent component : target.getRecordComponents()) {
      String name = RecordBinder.name(component);
      JsonNode member = copy.get(name);
      if (member != null && member.isNull() && saysNothing(component)) {
        copy.remove(name);
      } else if (member != null) {
        copy.set(name, without(component.getGenericType(), member));
      }
    }
    return copy;
  }

  private static JsonNode without(ParameterizedType type, JsonNode node) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return without(arguments[0], node);
    }
    if (type.getRawType() == List.class && node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> copy.add(without(arguments[0], element)));
      return copy;
    }
    if (type.getRawType() == Map.class && node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(member -> copy.set(member.getKey(), without(arguments[1], member.getValue())));
      return copy;
    }
    return node;
  }

  private static boolean saysNothing(RecordComponent component) {
    Class<?> type = component.getType();
    return type == Optional.class
        || (component.getAnnotation(Default.class) != null
            && type != JsonNode.class
            && type != Template.class);
  }
}

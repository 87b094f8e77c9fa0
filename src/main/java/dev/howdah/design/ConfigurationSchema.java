package dev.howdah.design;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import com.github.victools.jsonschema.generator.impl.PropertySortUtils;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.howdah.expression.Expression;
import dev.howdah.expression.Template;
import dev.howdah.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The JSON Schema of a configuration record, made from the record itself.
 *
 * <p>Made once per record and kept. Safe for use by many threads at once.
 */
public final class ConfigurationSchema {
  private static final ClassValue<ConfigurationSchema> SCHEMAS =
      new ClassValue<>() {
        @Override
        protected ConfigurationSchema computeValue(Class<?> type) {
          return new ConfigurationSchema(type);
        }
      };

  private final ObjectNode json;
  private final JsonSchema schema;

  private ConfigurationSchema(Class<?> type) {
    json = Generator.generate(type);
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
    schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(json, config);
  }

  /** The schema of a record. */
  public static ConfigurationSchema of(Class<? extends Record> type) {
    return SCHEMAS.get(type);
  }

  /** The schema as JSON, draft 2020-12, self-contained. A copy that may be changed. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  void validate(JsonNode data, Report report) {
    for (ValidationMessage message : schema.validate(data)) {
      SchemaProblem.report(message, data, json, report);
    }
  }

  private static final class Generator {
    private static final SchemaGenerator GENERATOR = generator();

    static synchronized ObjectNode generate(Class<?> type) {
      return GENERATOR.generateSchema(type);
    }

    private static SchemaGenerator generator() {
      SchemaGeneratorConfigBuilder builder =
          new SchemaGeneratorConfigBuilder(
                  Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
              .with(Option.INLINE_ALL_SCHEMAS)
              .without(Option.SCHEMA_VERSION_INDICATOR, Option.FLATTENED_OPTIONALS);
      builder
          .forTypesInGeneral()
          .withPropertySorter(PropertySortUtils.SORT_PROPERTIES_FIELDS_BEFORE_METHODS)
          .withCustomDefinitionProvider(Generator::definition)
          .withAdditionalPropertiesResolver(Generator::additional)
          .withDescriptionResolver(
              scope ->
                  Optional.ofNullable(scope.getType())
                      .map(type -> type.getErasedType().getAnnotation(Doc.class))
                      .map(Doc::value)
                      .orElse(null));
      builder
          .forFields()
          .withRequiredCheck(Generator::isRequired)
          .withPropertyNameOverrideResolver(
              field -> annotation(field, Written.class).map(Written::value).orElse(null))
          .withDefaultResolver(
              field -> annotation(field, Default.class).map(RecordBinder::json).orElse(null))
          .withDescriptionResolver(
              field -> annotation(field, Doc.class).map(Doc::value).orElse(null))
          .withTargetTypeOverridesResolver(Generator::unwrapped);
      return new SchemaGenerator(builder.build());
    }

    /** An annotation of a component, which does not hold for the elements of a list in it. */
    private static <A extends Annotation> Optional<A> annotation(FieldScope field, Class<A> type) {
      return field.isFakeContainerItemScope()
          ? Optional.empty()
          : Optional.ofNullable(field.getAnnotation(type));
    }

    /** A record has no members but its components. */
    private static Type additional(TypeScope scope) {
      return scope.getType().getErasedType().isRecord() ? Void.class : null;
    }

    private static boolean isRequired(FieldScope field) {
      return field.getAnnotation(Default.class) == null
          && field.getRawMember().getType() != Optional.class;
    }

    private static List<ResolvedType> unwrapped(FieldScope field) {
      return field.getType().getErasedType() == Optional.class
          ? List.of(field.getType().getTypeParameters().get(0))
          : null;
    }

    private static CustomDefinition definition(ResolvedType type, SchemaGenerationContext context) {
      Class<?> raw = type.getErasedType();
      ObjectNode node = context.getGeneratorConfig().createObjectNode();
      if (raw == JsonNode.class || raw == Template.class) {
        return inline(node);
      }
      if (raw == Expression.class) {
        return inline(node.put("type", "string").put("format", "expression"));
      }
      if (raw == Duration.class) {
        return inline(node.put("type", "string").put("format", "short-duration"));
      }
      if (raw == ByteSize.class) {
        return inline(node.put("type", "string").put("format", "byte-size"));
      }
      if (raw == Map.class) {
        ResolvedType values = type.typeParametersFor(Map.class).get(1);
        node.put("type", "object")
            .set("additionalProperties", context.createDefinitionReference(values));
        return inline(node);
      }
      if (raw.isEnum()) {
        var values = node.put("type", "string").putArray("enum");
        Stream.of(raw.getEnumConstants())
            .map(constant -> RecordBinder.label((Enum<?>) constant))
            .forEach(values::add);
        return inline(node);
      }
      return null;
    }

    private static CustomDefinition inline(ObjectNode node) {
      return new CustomDefinition(
          node, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
    }
  }
}

package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.design.ConfigurationSchema;
import dev.howdah.json.Json;
import java.util.Locale;

/** Shows the kinds of block there are and what each is told. */
final class BlockKindEndpoint {
  private final Kinds kinds;

  BlockKindEndpoint(Kinds kinds) {
    this.kinds = kinds;
  }

  void mount(Paths paths) {
    paths.at("/api/block-kinds").get(this::list);
  }

  private ApiAnswer list(ApiRequest request) {
    ArrayNode json = Json.MAPPER.createArrayNode();
    kinds.all().forEach(kind -> json.add(json(kind)));
    return ApiAnswer.json(200, json);
  }

  private static ObjectNode json(BlockKind<?> kind) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", kind.type());
    json.put("role", kind.role().name().toLowerCase(Locale.ROOT));
    json.put("container", !kind.sections(Json.MAPPER.createObjectNode()).isEmpty());
    json.set("configuration", ConfigurationSchema.of(kind.configuration()).json());
    return json;
  }
}

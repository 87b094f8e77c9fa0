package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Site;
import dev.howdah.block.spi.Steps;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives its input to the targets of the first route whose condition holds, and skips the others: a
 * content-based router.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class RouterBlock implements BlockKind<RouterBlock.Configuration> {

  /** One way on. */
  public record Way(
      @Doc("what must be true for this route to be taken") Expression when,
      @Doc("the blocks that get the input") List<String> to) {
    public Way {
      if (to.isEmpty()) {
        throw new IllegalArgumentException("a route names at least one block in to");
      }
    }
  }

  /** What a router block is told. */
  public record Configuration(
      @Doc("tried in this order; the first whose condition holds is taken") List<Way> routes,
      @Doc("the blocks that get the input when no route is taken; nobody if left out")
          Optional<List<String>> otherwise) {
    public Configuration {
      if (routes.isEmpty()) {
        throw new IllegalArgumentException("a router needs at least one route");
      }
    }
  }

  @Override
  public String type() {
    return "router";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.PURE;
  }

  @Override
  public boolean passesOn() {
    return true;
  }

  @Override
  public List<List<String>> choices(Configuration configuration) {
    List<List<String>> choices = new ArrayList<>();
    configuration.routes().forEach(way -> choices.add(way.to()));
    configuration.otherwise().ifPresent(choices::add);
    return choices;
  }

  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    List<Object> whens = new ArrayList<>();
    JsonNode written = site.data().get("routes");
    for (int i = 0; i < site.configuration().routes().size(); i++) {
      Map<String, Object> when = new LinkedHashMap<>(Steps.expression(written.get(i).get("when")));
      when.put("steps", next.to(site.configuration().routes().get(i).to()));
      whens.add(when);
    }
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("id", site.id());
    choice.put("when", whens);
    site.configuration()
        .otherwise()
        .ifPresent(targets -> choice.put("otherwise", Map.of("steps", next.to(targets))));
    return List.of(Map.of("choice", choice));
  }
}

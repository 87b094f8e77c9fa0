package dev.howdah.block;

import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Site;
import dev.howdah.block.spi.Steps;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a new value of its input: a message translator. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class TransformBlock implements BlockKind<TransformBlock.Configuration> {

  /** What a transform block is told. */
  public record Configuration(
      @Doc("the output: any JSON, with expressions ${ … } in its strings") Template value) {}

  @Override
  public String type() {
    return "transform";
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
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    List<Map<String, Object>> steps = new ArrayList<>();
    steps.add(Steps.eip("setBody", site.id(), site.configuration().value().toJson(), List.of()));
    steps.addAll(next.all());
    return steps;
  }
}

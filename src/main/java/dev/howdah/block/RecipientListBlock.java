package dev.howdah.block;

import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Site;
import dev.howdah.block.spi.Steps;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives its input to those of the connected blocks that an expression names, and skips the others:
 * a recipient list.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class RecipientListBlock implements BlockKind<RecipientListBlock.Configuration> {

  /** What a recipient-list block is told. */
  public record Configuration(
      @Doc("gives the id of a connected block, or a list of them") Expression to) {}

  @Override
  public String type() {
    return "recipient-list";
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
  public boolean staysAlone() {
    return true;
  }

  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("id", site.id());
    list.put("language", Steps.language("recipients", site.configuration().to()));
    return List.of(Map.of("recipientList", list));
  }
}

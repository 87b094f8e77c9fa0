package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** Gives its input on if it fits a JSON Schema, and fails if it does not. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class ValidateBlock implements LeafKind<ValidateBlock.Configuration> {

  /** What a validate block is told. */
  public record Configuration(
      @Doc("JSON Schema of draft 2020-12") JsonNode schema,
      @Doc("what must fit; the block's input if left out") @Default("${ . }") Template value) {}

  @Override
  public String type() {
    return "validate";
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
  public String subject(Configuration configuration) {
    return "schema";
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    check.schema("/schema", configuration.schema());
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    Shape shape = Shape.of(configuration.schema());
    return invocation -> {
      List<Shape.Misfit> misfits =
          shape.misfits(configuration.value().evaluate(invocation.scope()));
      if (!misfits.isEmpty()) {
        throw Fault.rejected(
                "validate.misfit",
                Blame.CALLER,
                "the value does not fit: "
                    + misfits.stream()
                        .map(Shape.Misfit::toString)
                        .collect(Collectors.joining("; ")))
            .toException();
      }
      return Outcome.completed(invocation.scope().value());
    };
  }
}

package dev.howdah.block;

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
import java.util.Optional;

/** Starts another design beside this one and gives its own input on at once: a wire tap. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class WireTapBlock implements LeafKind<WireTapBlock.Configuration> {

  /** What a wire-tap block is told. */
  public record Configuration(
      @Doc("the id of the design to start") String design,
      @Doc("the revision to start; the latest at the time if left out") Optional<Integer> revision,
      @Doc("the input of that execution; the block's input if left out") @Default("${ . }")
          Template input) {}

  @Override
  public String type() {
    return "wire-tap";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.SUSPENDING;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.design();
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    if (!configuration.design().equals(check.designId())
        && !check.designExists(configuration.design())) {
      check.problem(
          "/design",
          "design.unknown",
          "there is no design \"" + configuration.design() + "\"",
          "save that design first, or put its file beside this one");
    }
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    return invocation ->
        Outcome.of(
            new Outcome.Spawned(
                configuration.design(),
                configuration.revision().orElse(0),
                configuration.input().evaluate(invocation.scope()),
                invocation.scope().value()));
  }
}

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

/** Runs another design as an execution of its own and gives on its result. */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class DesignBlock implements LeafKind<DesignBlock.Configuration> {

  /** What a design block is told. */
  public record Configuration(
      @Doc("the id of the design to run") String design,
      @Doc("the revision to run; the latest at the time of the call if left out")
          Optional<Integer> revision,
      @Doc("the input of the execution; the block's input if left out") @Default("${ . }")
          Template input) {
    public Configuration {
      if (!design.matches("[a-z0-9][a-z0-9-]{0,62}")) {
        throw new IllegalArgumentException("\"" + design + "\" is not the id of a design");
      }
    }
  }

  @Override
  public String type() {
    return "design";
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
  public void check(Configuration configuration, BlockCheck check) {
    if (configuration.design().equals(check.designId())) {
      check.problem(
          "/design",
          "design.calls-itself",
          "the design runs itself, without end",
          "name another design");
    } else if (!check.designExists(configuration.design())) {
      check.problem(
          "/design",
          "design.unknown",
          "there is no design \"" + configuration.design() + "\"",
          "save that design first, or put its file beside this one");
    }
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.design();
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    return invocation ->
        Outcome.of(
            new Outcome.Child(
                configuration.design(),
                configuration.revision().orElse(0),
                configuration.input().evaluate(invocation.scope())));
  }
}

package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.LanguageSupport;

/**
 * The expression language {@code recipients}: jq that gives ids of connected blocks, which become
 * the {@code stage:} endpoints of a recipient list.
 */
final class RecipientsLanguage extends LanguageSupport {

  @Override
  public Expression createExpression(String text) {
    return new Recipients(Template.of("${ " + text + "\n}"));
  }

  @Override
  public Predicate createPredicate(String text) {
    throw new UnsupportedOperationException("recipients are no condition");
  }

  private static final class Recipients extends ExpressionAdapter {
    private final Template template;

    Recipients(Template template) {
      this.template = template;
    }

    @Override
    public Object evaluate(Exchange exchange) {
      StageRun run = StageRun.of(exchange);
      JsonNode named = template.evaluate(run.scope(exchange.getMessage().getBody(JsonNode.class)));
      List<String> endpoints = new ArrayList<>();
      if (named.isArray()) {
        named.forEach(id -> endpoints.add(endpoint(run, exchange, id)));
      } else if (!named.isNull()) {
        endpoints.add(endpoint(run, exchange, named));
      }
      return endpoints;
    }

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
      return exchange.getContext().getTypeConverter().convertTo(type, exchange, evaluate(exchange));
    }

    private static String endpoint(StageRun run, Exchange exchange, JsonNode id) {
      List<String> connected = run.connected(exchange);
      if (!connected.contains(id.asText())) {
        throw Fault.rejected(
                "recipient-list.unknown",
                Blame.DESIGN,
                "%s is no connected block; connected are %s"
                    .formatted(id, String.join(", ", connected)))
            .toException();
      }
      return "stage:" + run.stageOf(exchange, id.asText());
    }
  }
}

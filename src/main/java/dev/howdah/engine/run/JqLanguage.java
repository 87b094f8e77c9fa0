package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Template;
import dev.howdah.json.Json;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.LanguageSupport;

/**
 * The expressions of designs as a Camel language. {@code jq} takes the bare program, {@code
 * template} a JSON value with <code>${ … }</code> in its strings. A value counts as true as in jq:
 * everything but {@code false} and {@code null}.
 */
final class JqLanguage extends LanguageSupport {
  private final boolean bare;

  private JqLanguage(boolean bare) {
    this.bare = bare;
  }

  static JqLanguage jq() {
    return new JqLanguage(true);
  }

  static JqLanguage template() {
    return new JqLanguage(false);
  }

  @Override
  public Expression createExpression(String text) {
    Template template =
        bare ? Template.of("${ " + text + "\n}") : Template.parse(Json.trusted(text));
    return new Evaluation(template);
  }

  @Override
  public Predicate createPredicate(String text) {
    return (Evaluation) createExpression(text);
  }

  private static final class Evaluation extends ExpressionAdapter implements Predicate {
    private final Template template;

    Evaluation(Template template) {
      this.template = template;
    }

    @Override
    public Object evaluate(Exchange exchange) {
      StageRun run = StageRun.of(exchange);
      JsonNode value = template.evaluate(run.scope(exchange.getMessage().getBody(JsonNode.class)));
      run.evaluated(value);
      return value;
    }

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
      Object value = evaluate(exchange);
      return type.isInstance(value)
          ? type.cast(value)
          : exchange.getContext().getTypeConverter().convertTo(type, exchange, value);
    }

    @Override
    public boolean matches(Exchange exchange) {
      return dev.howdah.expression.Expression.isTrue((JsonNode) evaluate(exchange));
    }

    @Override
    public String toString() {
      return template.toString();
    }
  }
}

package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.util.Map;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** A program that jackson-jq runs. Immutable and safe for use by many threads at once. */
final class JqProgram {
  /** Messages quote no more of an expression than this. */
  private static final int LONGEST_QUOTE = 120;

  private final String source;
  private final JsonQuery query;
  private final References references;

  JqProgram(String source, JsonQuery query, References references) {
    this.source =
        source.length() <= LONGEST_QUOTE ? source : source.substring(0, LONGEST_QUOTE) + "...";
    this.query = query;
    this.references = references;
  }

  /**
   * The value for a scope.
   *
   * @throws FaultException when the program fails or takes too much
   */
  JsonNode run(Scope scope) {
    Outputs outputs = new Outputs();
    Budget budget = new Budget(source);
    try {
      net.thisptr.jackson.jq.Scope child = bind(scope);
      budget.meter(
          () ->
              query.apply(
                  child,
                  scope.value(),
                  value -> {
                    budget.step();
                    outputs.add(value);
                  }));
    } catch (JsonQueryException e) {
      throw failed(e.getMessage());
    } catch (StackOverflowError e) {
      throw failed("it calls itself too deeply");
    } catch (OutOfMemoryError e) {
      throw budget.tooLarge();
    } catch (FaultException e) {
      throw e;
    } catch (RuntimeException e) {
      // Some functions of jackson-jq let Java's own exceptions out for odd arguments.
      throw failed(e.toString());
    }
    return outputs.result();
  }

  private net.thisptr.jackson.jq.Scope bind(Scope scope) {
    net.thisptr.jackson.jq.Scope child =
        net.thisptr.jackson.jq.Scope.newChildScope(JqFunctions.ROOT);
    if (references.input()) {
      child.setValue("input", scope.input());
    }
    if (references.execution()) {
      child.setValue("execution", (JsonNode) scope.execution());
    }
    if (references.item()) {
      child.setValue(
          "item", scope.iteration().map(Scope.Iteration::item).orElse(NullNode.instance));
    }
    if (references.index()) {
      child.setValue(
          "index",
          scope
              .iteration()
              .<JsonNode>map(round -> IntNode.valueOf(round.index()))
              .orElse(NullNode.instance));
    }
    if (references.allBlocks() || !references.blocks().isEmpty()) {
      child.setValue("blocks", (JsonNode) blocks(scope.blocks()));
    }
    if (!references.secrets().isEmpty()) {
      child.setValue("secrets", (JsonNode) secrets(scope));
    }
    return child;
  }

  private ObjectNode blocks(Map<String, JsonNode> outputs) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (references.allBlocks()) {
      outputs.forEach(node::set);
    } else {
      for (String id : references.blocks()) {
        JsonNode output = outputs.get(id);
        if (output != null) {
          node.set(id, output);
        }
      }
    }
    return node;
  }

  private ObjectNode secrets(Scope scope) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (String name : references.secrets()) {
      node.set(
          name,
          scope
              .secrets()
              .apply(name)
              .orElseThrow(
                  () ->
                      Fault.rejected(
                              "expression.no-secret",
                              Blame.DESIGN,
                              "The expression "
                                  + source
                                  + " reads the secret "
                                  + name
                                  + ", which does not exist. Create it, or correct the name.")
                          .toException()));
    }
    return node;
  }

  private FaultException failed(String reason) {
    return Fault.rejected(
            "expression.failed",
            Blame.DESIGN,
            "The expression " + source + " failed: " + reason + ". Make it fit its data.")
        .toException();
  }

  /** One output is the value, several are an array of them, none is null. */
  private static final class Outputs {
    private JsonNode first;
    private ArrayNode all;

    void add(JsonNode value) {
      if (first == null) {
        first = value;
      } else {
        if (all == null) {
          all = JsonNodeFactory.instance.arrayNode().add(first);
        }
        all.add(value);
      }
    }

    JsonNode result() {
      if (all != null) {
        return all;
      }
      return first == null ? NullNode.instance : first;
    }
  }
}

package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** A jq program that is ready to run. Immutable and safe for use by many threads at once. */
interface Program {
  /**
   * The value for a scope.
   *
   * @throws dev.howdah.fault.FaultException when the program fails or takes too much
   */
  JsonNode run(Scope scope);
}

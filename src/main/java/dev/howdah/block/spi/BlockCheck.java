package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;

/** What a kind may ask and report while a design is checked. */
public interface BlockCheck {

  /** The modules the design may use. */
  Modules modules();

  /** The id of the design being checked. */
  String designId();

  /** Whether a design of that id exists. */
  boolean designExists(String id);

  /**
   * Checks that a property is a JSON Schema that needs nothing from elsewhere.
   *
   * @param pointer where it stands, as a JSON pointer below {@code data}
   */
  void schema(String pointer, JsonNode schema);

  /**
   * Reports a problem with a property of the block's {@code data}.
   *
   * @param pointer a JSON pointer below {@code data}, such as {@code /module}
   */
  void problem(String pointer, String code, String message, String cure);
}

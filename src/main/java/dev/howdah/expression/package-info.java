/**
 * jq expressions and JSON templates: parsed once, evaluated often, and bounded in time and memory.
 */
package dev.howdah.expression;

package dev.howdah.design;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a configuration record is when the document says nothing; makes it optional.
 *
 * <p>Written as JSON; what does not parse as JSON is a string, so {@code 10s} needs no quotes.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD})
public @interface Default {
  /** The value, as JSON or as a bare string. */
  String value();
}

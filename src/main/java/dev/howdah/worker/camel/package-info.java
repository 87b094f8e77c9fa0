/**
 * Sends messages to Camel endpoints that the operator allows, without holding a thread while an
 * endpoint that works asynchronously is at it.
 *
 * <p>{@link dev.howdah.worker.camel.CamelCaller} is the way in, {@link
 * dev.howdah.worker.camel.CamelPolicy} what may be sent to.
 */
package dev.howdah.worker.camel;

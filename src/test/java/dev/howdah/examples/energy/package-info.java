/**
 * The services of the energy pipeline: each reads a file and writes another, as a program or behind
 * gRPC. {@code examples/energy/run} starts them; nothing here knows Howdah.
 */
package dev.howdah.examples.energy;

package dev.howdah.broker;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Runs an embedded broker as a program of its own, for as long as its standard input stays open.
 *
 * <p>Arguments: the directory and the port (0 for a free one). Standard output gets exactly one
 * line: {@code ready <port> <cluster id>}, or {@code fault <code> <retryable> <message>}, after
 * which the program ends with status 1. Everything else goes to standard error.
 */
public final class BrokerMain {
  private BrokerMain() {}

  /** Starts the broker, says so, and serves until standard input ends. */
  public static void main(String[] args) {
    PrintStream answer = System.out;
    System.setOut(System.err);
    if (args.length != 2) {
      System.err.println("usage: BrokerMain <directory> <port>");
      Runtime.getRuntime().halt(2);
    }
    Thread parent = new Thread(() -> endWithInput(System.in), "howdah-parent-watch");
    parent.setDaemon(true);
    parent.start();
    try {
      EmbeddedBroker broker =
          EmbeddedBroker.start(
              new BrokerSettings(Path.of(args[0]), Integer.parseInt(args[1])), BrokerMain::die);
      answer.println("ready " + broker.port() + " " + broker.clusterId());
      answer.flush();
      parent.join();
      broker.close();
      Runtime.getRuntime().halt(0);
    } catch (FaultException e) {
      Fault fault = e.fault();
      answer.println("fault " + fault.code() + " " + fault.retryable() + " " + fault.message());
      answer.flush();
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** Returns when the parent has closed our input or is no more, which look the same from here. */
  private static void endWithInput(InputStream input) {
    try {
      while (input.read() >= 0) {
        // Nothing is ever said to this process.
      }
    } catch (IOException e) {
      // A broken pipe is an end as well.
    }
  }

  private static void die(Fault fault) {
    System.err.println(fault.message());
    Runtime.getRuntime().halt(1);
  }
}

package dev.howdah.deploy;

import dev.howdah.block.spi.ModuleContent;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Modules as a node without a database has them: fetched by hash from whichever engine answers,
 * kept in a directory and, the most recently used, in memory. Only what has the right hash is
 * taken, so neither an old address nor a spoilt file can do harm. Several processes may share the
 * directory. Thread-safe.
 */
public final class FetchedModules {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Nodes that are gone leave their addresses behind; so many are remembered. */
  private static final int MOST_ENGINES = 32;

  private record Engine(String node, String url) {}

  private final KeptModules kept;
  private final HttpClient client;
  private final RecentlyUsed<String, ModuleContent> modules;
  private final List<Engine> engines = new ArrayList<>();

  /**
   * @param kept the modules on disk
   * @param most how many are kept in memory
   */
  public FetchedModules(KeptModules kept, int most) {
    this.kept = kept;
    this.modules = new RecentlyUsed<>(most);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
  }

  /** An engine tells where it serves modules; asked first from now on. */
  public void engine(String node, String url) {
    synchronized (engines) {
      engines.removeIf(known -> known.node().equals(node));
      engines.add(0, new Engine(node, url));
      if (engines.size() > MOST_ENGINES) {
        engines.remove(engines.size() - 1);
      }
    }
  }

  /**
   * The module of a hash. May block for as long as the engines take to answer.
   *
   * @throws FaultException {@code module.unknown} when engines answered and none has it, {@code
   *     module.unreachable} when none answered; both retryable
   */
  public ModuleContent get(String hash) {
    if (!HASH.matcher(hash).matches()) {
      throw Fault.rejected("module.unknown", Blame.ENGINE, "\"%s\" is no SHA-256".formatted(hash))
          .toException();
    }
    ModuleContent known = modules.get(hash);
    if (known != null) {
      return known;
    }
    Optional<ModuleContent> here = kept.get(hash);
    ModuleContent found = here.isPresent() ? here.get() : fetch(hash);
    if (here.isEmpty()) {
      kept.keep(found);
    }
    modules.put(hash, found);
    return found;
  }

  private ModuleContent fetch(String hash) {
    List<Engine> asked;
    synchronized (engines) {
      asked = List.copyOf(engines);
    }
    boolean answered = false;
    List<String> reasons = new ArrayList<>();
    for (Engine engine : asked) {
      try {
        Optional<ModuleContent> module = fetch(engine, hash);
        if (module.isPresent()) {
          preferred(engine);
          return module.get();
        }
        answered = true;
        reasons.add(engine.url() + " has no such module");
      } catch (IOException | IllegalArgumentException | FaultException e) {
        reasons.add(engine.url() + ": " + e.getMessage());
      }
    }
    String detail = reasons.isEmpty() ? "no engine has told its address" : join(reasons);
    throw Fault.retryable(
            answered ? "module.unknown" : "module.unreachable",
            Blame.ENGINE,
            "module %s cannot be fetched: %s".formatted(hash.substring(0, 12), detail))
        .toException();
  }

  private static String join(List<String> reasons) {
    return String.join("; ", reasons.subList(0, Math.min(3, reasons.size())));
  }

  /** Whoever answered is asked first the next time. */
  private void preferred(Engine engine) {
    synchronized (engines) {
      if (engines.remove(engine)) {
        engines.add(0, engine);
      }
    }
  }

  private Optional<ModuleContent> fetch(Engine engine, String hash) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(engine.url() + "/api/modules/sha256/" + hash))
            .timeout(ANSWER_WITHIN)
            .build();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                part -> part.filter(p -> fits(body, p)).ifPresent(body::writeBytes)));
    try {
      int status = answer.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      if (status == 404) {
        return Optional.empty();
      }
      if (status != 200) {
        throw new IOException("it answers " + status);
      }
      return Optional.of(new ModuleContent(hash, body.toByteArray()));
    } catch (ExecutionException e) {
      throw new IOException("it does not answer (%s)".formatted(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("it does not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      answer.cancel(true);
    }
  }

  /** What is too long has the wrong hash anyway, so its end need not be kept. */
  private static boolean fits(ByteArrayOutputStream body, byte[] part) {
    return body.size() + part.length <= ModuleContent.MAX_BYTES;
  }
}

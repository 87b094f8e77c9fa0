package dev.howdah.worker.http;

import dev.howdah.worker.AddressPolicy;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.HeaderText;
import dev.howdah.worker.PinnedHttp;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Sends one request to an address that was checked, as far as {@link PinnedHttp} can promise it.
 */
final class Sender {
  /** Enough for any excerpt in any charset. */
  private static final long ERROR_BODY = 4096;

  private final HttpClient client;
  private final Addresses addresses;
  private final AddressPolicy publicOnly = AddressPolicy.publicOnly();

  /**
   * @param client of {@link PinnedHttp}
   */
  Sender(HttpClient client, Addresses addresses) {
    this.client = client;
    this.addresses = addresses;
  }

  /**
   * Looks up, checks and sends. Blocks while the name is looked up, then no more.
   *
   * @param lines told each line of a successful response as it comes, if anybody is
   * @return the response; cancelling it closes the connection
   * @throws dev.howdah.fault.FaultException when an address of the host is refused
   */
  CompletableFuture<HttpResponse<byte[]>> send(
      HttpRequestSpec spec, Optional<Consumer<String>> lines) throws UnknownHostException {
    InetAddress address = checkedAddress(spec);
    HttpRequest.Builder request;
    try {
      request = PinnedHttp.request(spec.uri(), address);
      request.method(spec.method(), publisher(spec));
      headers(spec, request);
    } catch (IllegalArgumentException e) {
      throw HttpFaults.invalid(spec.label() + ": " + e.getMessage());
    }
    return client.sendAsync(request.build(), info -> body(spec, info, lines));
  }

  private InetAddress checkedAddress(HttpRequestSpec spec) throws UnknownHostException {
    List<InetAddress> found;
    try {
      found = addresses.of(spec.uri().getHost());
    } catch (AddressRefusedException e) {
      throw HttpFaults.refused(spec, e).toException();
    }
    for (InetAddress address : found) {
      if (!spec.acceptPrivate() && !publicOnly.allows(address)) {
        throw HttpFaults.notPublic(spec, address.getHostAddress()).toException();
      }
    }
    return found.get(0);
  }

  private static BodyPublisher publisher(HttpRequestSpec spec) {
    return spec.body()
        .map(body -> BodyPublishers.ofByteArray(body.bytes()))
        .orElseGet(BodyPublishers::noBody);
  }

  private static void headers(HttpRequestSpec spec, HttpRequest.Builder request) {
    request.setHeader("User-Agent", "howdah");
    request.setHeader("Idempotency-Key", HeaderText.of(spec.idempotencyKey()));
    spec.body().ifPresent(body -> request.setHeader("Content-Type", body.contentType()));
    spec.headers().forEach(request::setHeader);
    spec.auth().ifPresent(auth -> request.setHeader(auth.header(), auth.value()));
  }

  private static BodySubscriber<byte[]> body(
      HttpRequestSpec spec, ResponseInfo info, Optional<Consumer<String>> lines) {
    if (info.statusCode() / 100 != 2) {
      return BoundedBody.start(ERROR_BODY);
    }
    // The response to HEAD declares a length that never comes.
    long declared =
        spec.method().equals("HEAD")
            ? -1
            : info.headers().firstValueAsLong("content-length").orElse(-1);
    return BoundedBody.whole(
        spec.maxResponseBytes(),
        declared,
        HttpFaults.tooLarge(spec),
        lines.map(told -> new LineTap(charset(info), told)));
  }

  /** What nobody knows is refused when the body is read as text. */
  private static Charset charset(ResponseInfo info) {
    try {
      return info.headers()
          .firstValue("content-type")
          .flatMap(HttpAnswer::charsetName)
          .map(Charset::forName)
          .orElse(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }
}

package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.http.HttpAnswer;
import dev.howdah.worker.http.HttpAuth;
import dev.howdah.worker.http.HttpBody;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.http.HttpRequestSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls a service over HTTP. A 2xx answer is the output; 408, 425, 429, 5xx and connection faults
 * are retried; everything else fails at once.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class HttpBlock implements LeafKind<HttpBlock.Configuration> {
  private static final NamedTexts QUERY = new NamedTexts("http.invalid-request", "query");
  private static final NamedTexts HEADERS = new NamedTexts("http.invalid-request", "headers");

  /** What the answer's body becomes. */
  public enum Response {
    /** JSON; an empty body is null. */
    JSON,
    TEXT,
    /** A list of the lines, each JSON or text, which whoever watches sees as they come. */
    LINES,
    /** Base64 text. */
    BYTES
  }

  /** What an http block is told. */
  public record Configuration(
      @Doc("the address, http or https; may hold expressions") Template url,
      @Doc("the method; GET without a body, POST with one, if left out") Optional<String> method,
      @Doc("query parameters, as an object") Optional<Template> query,
      @Doc("headers, as an object") Optional<Template> headers,
      @Doc("what proves who asks: one of bearer, basic and header") Optional<Auth> auth,
      @Doc("the body: text is sent as it is, all else as JSON") Optional<Template> body,
      @Doc("what the answer's body becomes") @Default("json") Response response,
      @Doc("the largest answer taken") @Default("1MiB") ByteSize maxResponse) {
    public Configuration {
      method.ifPresent(HttpBlock::checkMethod);
      if (url.isConstant()) {
        checkUrl(url.toJson().asText());
      }
    }
  }

  /** What proves who asks: exactly one of bearer, basic and header. */
  public record Auth(
      @Doc("a token, as ${ $secrets.name }") Optional<Template> bearer,
      @Doc("a user and a password") Optional<Basic> basic,
      @Doc("a header of the service's own") Optional<Header> header) {
    public Auth {
      if (Stream.of(bearer, basic, header).filter(Optional::isPresent).count() != 1) {
        throw new IllegalArgumentException("auth has one of bearer, basic and header");
      }
      bearer.ifPresent(token -> checkSecret("bearer", token));
    }

    HttpAuth evaluate(Scope scope) {
      return bearer
          .map(token -> HttpAuth.bearer(credential("bearer", token, scope)))
          .or(() -> basic.map(b -> b.evaluate(scope)))
          .or(() -> header.map(h -> h.evaluate(scope)))
          .orElseThrow();
    }
  }

  /** A user and a password. */
  public record Basic(
      @Doc("the user") Template user,
      @Doc("the password, as ${ $secrets.name }") Template password) {
    public Basic {
      checkSecret("password", password);
    }

    private HttpAuth evaluate(Scope scope) {
      return HttpAuth.basic(
          credential("user", user, scope), credential("password", password, scope));
    }
  }

  /** A header that proves who asks. */
  public record Header(
      @Doc("the header's name") Template name,
      @Doc("its value, as ${ $secrets.name }") Template value) {
    public Header {
      checkSecret("value", value);
    }

    private HttpAuth evaluate(Scope scope) {
      return HttpAuth.header(credential("name", name, scope), credential("value", value, scope));
    }
  }

  private static void checkSecret(String property, Template template) {
    if (template.isConstant()) {
      throw new IllegalArgumentException(
          property + " is written out; keep it as a secret and write ${ $secrets.name }");
    }
  }

  private static String credential(String property, Template template, Scope scope) {
    JsonNode value = template.evaluate(scope);
    if (!value.isValueNode() || value.asText().isEmpty() || value.isNull()) {
      throw Fault.rejected(
              "http.no-credential",
              Blame.DESIGN,
              "the %s of auth gives no text; is the secret there that it names?"
                  .formatted(property))
          .toException();
    }
    return value.asText();
  }

  private static void checkUrl(String url) {
    try {
      HttpRequestSpec.address(url);
    } catch (FaultException e) {
      throw new IllegalArgumentException("url: " + e.getMessage(), e);
    }
  }

  private static void checkMethod(String method) {
    if (!method.matches("[A-Za-z]{1,20}")) {
      throw new IllegalArgumentException("method is a word such as GET or POST");
    }
  }

  @Override
  public String type() {
    return "http";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.EFFECTFUL;
  }

  @Override
  public String subject(Configuration configuration) {
    return method(configuration).toLowerCase(Locale.ROOT);
  }

  private static String method(Configuration configuration) {
    return configuration
        .method()
        .orElse(configuration.body().isPresent() ? "POST" : "GET")
        .toUpperCase(Locale.ROOT);
  }

  @Override
  public boolean keepsTime() {
    return true;
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    String method = method(configuration);
    return invocation -> {
      CompletableFuture<HttpAnswer> answer =
          call(
              services.http(),
              configuration,
              request(configuration, method, invocation),
              invocation);
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(a -> new Outcome.Completed(output(configuration.response(), a)));
    };
  }

  private static CompletableFuture<HttpAnswer> call(
      HttpCaller http,
      Configuration configuration,
      HttpRequestSpec request,
      Invocation invocation) {
    return configuration.response() == Response.LINES
        ? http.call(request, line -> invocation.partial().accept(line + "\n"))
        : http.call(request);
  }

  private static HttpRequestSpec request(
      Configuration configuration, String method, Invocation invocation) {
    String url = configuration.url().evaluate(invocation.scope()).asText();
    String query = query(QUERY.of(configuration.query().map(q -> q.evaluate(invocation.scope()))));
    if (!query.isEmpty()) {
      url += (url.contains("?") ? "&" : "?") + query;
    }
    Map<String, String> headers =
        HEADERS.of(configuration.headers().map(h -> h.evaluate(invocation.scope())));
    Optional<HttpBody> body =
        configuration.body().map(b -> b.evaluate(invocation.scope())).map(HttpBlock::body);
    return new HttpRequestSpec(
        method,
        HttpRequestSpec.uri(url),
        headers,
        body,
        invocation.timeout(),
        configuration.maxResponse().bytes(),
        invocation.idempotencyKey(),
        true,
        configuration.auth().map(auth -> auth.evaluate(invocation.scope())));
  }

  private static HttpBody body(JsonNode value) {
    return value.isTextual() ? HttpBody.text(value.textValue()) : HttpBody.json(value);
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(
            parameter ->
                URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static JsonNode output(Response response, HttpAnswer answer) {
    return switch (response) {
      case JSON -> answer.json();
      case TEXT -> JsonNodeFactory.instance.textNode(answer.text());
      case LINES -> JsonNodeFactory.instance.arrayNode().addAll(answer.lines());
      case BYTES ->
          JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(answer.body()));
    };
  }
}

package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Modules;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.Excerpt;
import dev.howdah.worker.grpc.GrpcCall;
import dev.howdah.worker.grpc.GrpcMethod;
import dev.howdah.worker.grpc.ProtoSchema;
import dev.howdah.worker.grpc.Target;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Calls a service over gRPC: one request, and one response or a stream of them, which becomes a
 * list. Messages are JSON by protobuf's mapping.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class GrpcBlock implements LeafKind<GrpcBlock.Configuration> {
  private static final NamedTexts METADATA = new NamedTexts("grpc.invalid-call", "metadata");

  /** What a grpc block is told. */
  public record Configuration(
      @Doc("where the server is, as host:port; may hold expressions") Template target,
      @Doc("the method, as package.Service/Method") String method,
      @Doc("the module that describes the service: a .proto file or a descriptor set")
          Optional<String> proto,
      @Doc("the request as JSON, by protobuf's mapping") @Default("${ . }") Template request,
      @Doc("metadata of the call, as an object") Optional<Template> metadata,
      @Doc("whether to use TLS") @Default("false") boolean tls,
      @Doc("whose health is asked first: that of the server, of the service, or nobody's")
          @Default("server")
          GrpcCall.Health health,
      @Doc("when this holds for the response, the call has failed") Optional<Expression> failWhen,
      @Doc("what the fault of such a call says; its input is the response")
          Optional<Template> message,
      @Doc("the most that all messages of the response may be") @Default("1MiB")
          ByteSize maxResponse) {
    public Configuration {
      if (message.isPresent() && failWhen.isEmpty()) {
        throw new IllegalArgumentException(
            "message says why a call has failed, and nothing says when; give failWhen too");
      }
      if (maxResponse.bytes() < 1 || maxResponse.bytes() > GrpcCall.LARGEST_RESPONSE) {
        throw new IllegalArgumentException("maxResponse is from 1B to 1GiB");
      }
    }
  }

  @Override
  public String type() {
    return "grpc";
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
    return configuration.method();
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    checkTarget(configuration, check);
    boolean isMethod = GrpcCall.isMethod(configuration.method());
    if (!isMethod) {
      check.problem(
          "/method",
          "grpc.invalid-call",
          "\"" + configuration.method() + "\" is no method",
          "write package.Service/Method");
    }
    if (configuration.proto().isEmpty()) {
      return;
    }
    String name = configuration.proto().get();
    Optional<ProtoSchema> schema;
    try {
      schema = schema(name, check.modules());
    } catch (FaultException e) {
      check.problem("/proto", e.fault().code(), e.getMessage(), "correct the file");
      return;
    }
    if (schema.isEmpty()) {
      check.problem(
          "/proto",
          "grpc.unknown-module",
          "there is no module \"" + name + "\"",
          "give the path of a .proto, .binpb, .protoset, .desc or .pb file beside the design, or"
              + " upload the module first");
      return;
    }
    if (isMethod) {
      checkMethod(configuration, schema.get(), check);
    }
  }

  private static void checkTarget(Configuration configuration, BlockCheck check) {
    if (!configuration.target().isConstant()) {
      return;
    }
    try {
      Target.of(configuration.target().toJson().asText(), configuration.tls());
    } catch (FaultException e) {
      String told = e.getMessage();
      int cure = told.indexOf("; ");
      check.problem("/target", e.fault().code(), told.substring(0, cure), told.substring(cure + 2));
    }
  }

  private static void checkMethod(
      Configuration configuration, ProtoSchema schema, BlockCheck check) {
    GrpcMethod method;
    try {
      method = schema.method(configuration.method());
    } catch (FaultException e) {
      check.problem("/method", e.fault().code(), e.getMessage(), "name a method of the service");
      return;
    }
    if (configuration.request().isConstant()) {
      try {
        method.request(configuration.request().toJson());
      } catch (FaultException e) {
        check.problem("/request", e.fault().code(), e.getMessage(), "give what the method takes");
      }
    }
  }

  /** The schema of a module; empty when there is no such module. */
  private static Optional<ProtoSchema> schema(String name, Modules modules) {
    return modules
        .find(name)
        .map(
            module ->
                ProtoSchema.read(
                    name, module.bytes(), other -> modules.find(other).map(ModuleContent::bytes)));
  }

  @Override
  public boolean keepsTime() {
    return true;
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    Optional<ProtoSchema> schema =
        configuration
            .proto()
            .map(
                name ->
                    schema(name, services.modules())
                        .orElseThrow(
                            () ->
                                Fault.retryable(
                                        "grpc.unknown-module",
                                        Blame.DESIGN,
                                        "module %s is not to be had here".formatted(name))
                                    .toException()));
    return invocation -> {
      CompletableFuture<JsonNode> answer =
          services.grpc().call(call(configuration, schema, invocation));
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(
          response -> new Outcome.Completed(accepted(configuration, response, invocation.scope())));
    };
  }

  private static GrpcCall call(
      Configuration configuration, Optional<ProtoSchema> schema, Invocation invocation) {
    Map<String, String> metadata =
        METADATA.of(configuration.metadata().map(m -> m.evaluate(invocation.scope())));
    return new GrpcCall(
        Target.of(
            configuration.target().evaluate(invocation.scope()).asText(), configuration.tls()),
        configuration.method(),
        schema,
        configuration.request().evaluate(invocation.scope()),
        metadata,
        configuration.health(),
        invocation.timeout(),
        configuration.maxResponse().bytes(),
        invocation.idempotencyKey());
  }

  /** The response, unless the design takes it for a failure. */
  private static JsonNode accepted(Configuration configuration, JsonNode response, Scope scope) {
    Scope answered = scope.withValue(response);
    boolean failed =
        configuration
            .failWhen()
            .map(e -> e.evaluate(answered))
            .filter(GrpcBlock::holds)
            .isPresent();
    if (!failed) {
      return response;
    }
    JsonNode said = configuration.message().map(m -> m.evaluate(answered)).orElse(response);
    throw Fault.rejected(
            "grpc.failed",
            Blame.WORKER,
            "%s has failed: %s"
                .formatted(
                    configuration.method(),
                    Excerpt.of(said.isTextual() ? said.textValue() : Json.write(said))))
        .toException();
  }

  /** As in jq: everything but false and null. */
  private static boolean holds(JsonNode value) {
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }
}

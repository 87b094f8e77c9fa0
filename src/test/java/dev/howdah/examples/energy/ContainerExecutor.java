package dev.howdah.examples.energy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * The contract in {@code designs/modules/container_executor.proto} by hand, so that nothing has to
 * be generated: two messages of two fields, and one method.
 */
final class ContainerExecutor {
  static final String SERVICE = "ContainerExecutor";

  private static final MethodDescriptor<Request, Response> EXECUTE =
      MethodDescriptor.<Request, Response>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(SERVICE + "/Execute")
          .setRequestMarshaller(new Requests())
          .setResponseMarshaller(new Responses())
          .build();

  private ContainerExecutor() {}

  /** {@code ExecuteRequest}. */
  record Request(String inputFile, String outputFile) {}

  /** {@code ExecuteResponse}. */
  record Response(boolean success, String message) {}

  /** A service that answers so. */
  static ServerServiceDefinition service(Function<Request, Response> answer) {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(
            EXECUTE,
            ServerCalls.asyncUnaryCall(
                (request, observer) -> {
                  observer.onNext(answer.apply(request));
                  observer.onCompleted();
                }))
        .build();
  }

  private static final class Requests implements MethodDescriptor.Marshaller<Request> {
    private static final int INPUT_FILE = 1;
    private static final int OUTPUT_FILE = 2;

    @Override
    public InputStream stream(Request request) {
      return message(
          out -> {
            out.writeString(INPUT_FILE, request.inputFile());
            out.writeString(OUTPUT_FILE, request.outputFile());
          });
    }

    @Override
    public Request parse(InputStream stream) {
      String inputFile = "";
      String outputFile = "";
      try {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag >>> 3) {
            case INPUT_FILE -> inputFile = in.readStringRequireUtf8();
            case OUTPUT_FILE -> outputFile = in.readStringRequireUtf8();
            default -> in.skipField(tag);
          }
        }
      } catch (IOException e) {
        throw malformed(e);
      }
      return new Request(inputFile, outputFile);
    }
  }

  private static final class Responses implements MethodDescriptor.Marshaller<Response> {
    private static final int SUCCESS = 1;
    private static final int MESSAGE = 2;

    @Override
    public InputStream stream(Response response) {
      return message(
          out -> {
            out.writeBool(SUCCESS, response.success());
            out.writeString(MESSAGE, response.message());
          });
    }

    @Override
    public Response parse(InputStream stream) {
      boolean success = false;
      String message = "";
      try {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag >>> 3) {
            case SUCCESS -> success = in.readBool();
            case MESSAGE -> message = in.readStringRequireUtf8();
            default -> in.skipField(tag);
          }
        }
      } catch (IOException e) {
        throw malformed(e);
      }
      return new Response(success, message);
    }
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static InputStream message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can always be written", e);
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static RuntimeException malformed(IOException cause) {
    return Status.INTERNAL.withDescription("not a message").withCause(cause).asRuntimeException();
  }
}

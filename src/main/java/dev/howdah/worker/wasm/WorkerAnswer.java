package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What a worker process says a call came to; written by the worker, read by its parent. */
sealed interface WorkerAnswer {
  /** Writes the answer, its kind first. */
  void writeTo(DataOutputStream out) throws IOException;

  /** The result as JSON, or the fault that the answer stands for. */
  JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape);

  /** Reads one answer; throws {@link java.io.EOFException} when the worker has died. */
  static WorkerAnswer read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case Returned.KIND -> {
        long[] cells = new long[in.readInt()];
        for (int i = 0; i < cells.length; i++) {
          cells[i] = in.readLong();
        }
        yield new Returned(cells, Frames.readBytes(in));
      }
      case Trapped.KIND -> new Trapped(in.readUTF(), in.readInt());
      case Exited.KIND -> new Exited(in.readInt(), in.readUTF());
      case Overflowed.KIND -> new Overflowed();
      case Refused.KIND -> new Refused(in.readUTF());
      default -> throw new IOException("the worker sent an answer of unknown kind " + kind);
    };
  }

  /** The function came back, or the command ended well. */
  @SuppressWarnings("ArrayRecordComponent")
  record Returned(long[] cells, byte[] stdout) implements WorkerAnswer {
    static final byte KIND = 1;

    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(KIND);
      out.writeInt(cells.length);
      for (long cell : cells) {
        out.writeLong(cell);
      }
      Frames.writeBytes(out, stdout);
    }

    @Override
    public JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape) {
      return question.command() ? CommandOutput.toJson(stdout) : Scalars.toJson(signature, cells);
    }
  }

  /** The module trapped with so many pages of memory. */
  record Trapped(String reason, int pages) implements WorkerAnswer {
    static final byte KIND = 2;

    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(KIND);
      out.writeUTF(reason);
      out.writeInt(pages);
    }

    @Override
    public JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape) {
      throw shape.hasMemory() && shape.exhausted(pages, question.limitPages())
          ? WasmFaults.memory(
              reason,
              (long) pages * WasmCall.PAGE_BYTES,
              (long) question.limitPages() * WasmCall.PAGE_BYTES)
          : WasmFaults.trap(reason);
    }
  }

  /** The module called {@code proc_exit}. */
  record Exited(int code, String stderr) implements WorkerAnswer {
    static final byte KIND = 3;

    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(KIND);
      out.writeInt(code);
      out.writeUTF(stderr);
    }

    @Override
    public JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape) {
      throw code == 0
          ? WasmFaults.exit(0, "before " + signature.function() + " had a result")
          : WasmFaults.exit(code, stderr);
    }
  }

  /** The module wrote more to stdout than it may. */
  record Overflowed() implements WorkerAnswer {
    static final byte KIND = 4;

    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(KIND);
    }

    @Override
    public JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape) {
      throw WasmFaults.outputTooLarge(question.maxOutputBytes());
    }
  }

  /** Wasmtime does not take the module. */
  record Refused(String why) implements WorkerAnswer {
    static final byte KIND = 5;

    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(KIND);
      out.writeUTF(why);
    }

    @Override
    public JsonNode resultOf(WorkerQuestion question, WasmSignature signature, ModuleShape shape) {
      throw WasmFaults.invalidModule(why);
    }
  }
}

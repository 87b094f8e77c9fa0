package dev.howdah.worker.wasm;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One call as a worker process is asked to make it; everything is checked and coerced already.
 *
 * @param hash names a module that the worker was sent before
 * @param function the export to call
 * @param command whether the result is stdout rather than what the function gives
 * @param initialize whether {@code _initialize} is called first
 * @param limitPages the memory limit of the call
 * @param maxPages what the memory may really grow to under that limit
 * @param maxOutputBytes most bytes on stdout
 * @param types types of the cells
 * @param cells the arguments
 * @param stdin what the module reads
 */
@SuppressWarnings("ArrayRecordComponent")
record WorkerQuestion(
    String hash,
    String function,
    boolean command,
    boolean initialize,
    int limitPages,
    int maxPages,
    int maxOutputBytes,
    List<WasmType> types,
    long[] cells,
    byte[] stdin) {

  void writeTo(DataOutputStream out) throws IOException {
    out.writeUTF(hash);
    out.writeUTF(function);
    out.writeBoolean(command);
    out.writeBoolean(initialize);
    out.writeInt(limitPages);
    out.writeInt(maxPages);
    out.writeInt(maxOutputBytes);
    out.writeInt(cells.length);
    for (int i = 0; i < cells.length; i++) {
      out.writeUTF(types.get(i).name());
      out.writeLong(cells[i]);
    }
    Frames.writeBytes(out, stdin);
  }

  static WorkerQuestion read(DataInputStream in) throws IOException {
    String hash = in.readUTF();
    String function = in.readUTF();
    boolean command = in.readBoolean();
    boolean initialize = in.readBoolean();
    int limitPages = in.readInt();
    int maxPages = in.readInt();
    int maxOutputBytes = in.readInt();
    long[] cells = new long[in.readInt()];
    List<WasmType> types = new ArrayList<>(cells.length);
    for (int i = 0; i < cells.length; i++) {
      types.add(WasmType.valueOf(in.readUTF()));
      cells[i] = in.readLong();
    }
    return new WorkerQuestion(
        hash,
        function,
        command,
        initialize,
        limitPages,
        maxPages,
        maxOutputBytes,
        types,
        cells,
        Frames.readBytes(in));
  }
}

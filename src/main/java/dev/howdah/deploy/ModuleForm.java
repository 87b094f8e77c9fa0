package dev.howdah.deploy;

import dev.howdah.block.spi.ModuleContent;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.worker.wasm.WasmModule;
import java.util.Optional;

/** What a module is, which the ending of its name tells. */
public enum ModuleForm {
  /** WebAssembly; text is assembled, so that what is kept is always the binary. */
  WASM("wasm|wat") {
    @Override
    public ModuleContent read(byte[] content) {
      return ModuleContent.of(WasmModule.of(content).binary());
    }
  },
  /** Services as text ({@code .proto}) or as a descriptor set; kept as it is. */
  PROTO("proto|binpb|protoset|desc|pb") {
    @Override
    public ModuleContent read(byte[] content) {
      if (content.length > ModuleContent.MAX_BYTES) {
        throw Fault.rejected(
                "module.too-large",
                Blame.CALLER,
                "the module has %d bytes; the most is %d"
                    .formatted(content.length, ModuleContent.MAX_BYTES))
            .toException();
      }
      return ModuleContent.of(content);
    }
  };

  private final String endings;

  ModuleForm(String endings) {
    this.endings = endings;
  }

  /** The form of a module of that name; empty when its ending is none of those known. */
  public static Optional<ModuleForm> of(String name) {
    for (ModuleForm form : values()) {
      if (name.matches(".+\\.(" + form.endings + ")")) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /**
   * The module that a file or an upload of this form is.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.*} or {@code module.too-large} when it is
   *     none
   */
  public abstract ModuleContent read(byte[] content);
}

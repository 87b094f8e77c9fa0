package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.deploy.ModuleForm;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.store.Store;
import dev.howdah.worker.wasm.WasmModule;
import dev.howdah.worker.wasm.WasmSignature;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes modules of designs, and gives them to workers. */
final class ModuleEndpoints {
  private static final Pattern NAME =
      Pattern.compile("(?!sha256/)[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
  private static final int MOST_NAME = 200;

  private final Store store;
  private final InstantSource clock;

  ModuleEndpoints(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  void mount(Paths paths) {
    paths.at("/api/modules").get(this::list);
    paths.at("/api/modules/sha256/:hash").get(this::content);
    paths.at("/api/modules/*").put(MediaTypes.MODULE, ModuleContent.MAX_BYTES, this::put);
  }

  private ApiAnswer put(ApiRequest request) {
    String name = request.part("*");
    if (name.length() > MOST_NAME || !NAME.matcher(name).matches()) {
      throw ApiRequest.wrong(
          "\"%s\" cannot name a module; use letters, digits, - . _ and / between them, for example fibo or modules/fibo.wat"
              .formatted(name));
    }
    ModuleForm form = ModuleForm.of(name).orElse(ModuleForm.WASM);
    ModuleContent module = form.read(request.body().getBytes());
    Optional<List<String>> functions =
        form == ModuleForm.WASM ? Optional.of(functions(module)) : Optional.empty();
    Optional<String> before = store.modules().hashOf(name);
    store.modules().put(module.bytes());
    store.modules().name(name, module.sha256(), clock.millis());
    ObjectNode json = json(name, module.sha256()).put("size", module.bytes().length);
    functions.ifPresent(all -> all.forEach(json.putArray("functions")::add));
    return ApiAnswer.json(before.isPresent() ? 200 : 201, json)
        .with("Location", location(module.sha256()));
  }

  private static List<String> functions(ModuleContent module) {
    return WasmSignature.functions(new WasmModule(module.sha256(), module.bytes()));
  }

  private ApiAnswer list(ApiRequest request) {
    ArrayNode json = Json.MAPPER.createArrayNode();
    store.modules().names().forEach((name, hash) -> json.add(json(name, hash)));
    return ApiAnswer.json(200, json);
  }

  private static ObjectNode json(String name, String hash) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    return json.put("name", name).put("sha256", hash).put("url", location(hash));
  }

  private static String location(String hash) {
    return "/api/modules/sha256/" + hash;
  }

  private static String type(byte[] content) {
    boolean wasm = content.length > 3 && content[0] == 0 && content[1] == 'a' && content[2] == 's';
    return wasm ? "application/wasm" : "application/octet-stream";
  }

  /** What a hash names never changes, so it may be kept for ever. */
  private ApiAnswer content(ApiRequest request) {
    String hash = request.part("hash");
    String tag = "\"" + hash + "\"";
    byte[] content =
        store
            .modules()
            .get(hash)
            .orElseThrow(
                () ->
                    Fault.rejected(
                            "module.unknown",
                            Blame.CALLER,
                            "there is no module with the hash %s; GET /api/modules lists them"
                                .formatted(hash))
                        .toException());
    boolean known = tag.equals(request.headers().get("If-None-Match"));
    ApiAnswer answer = known ? ApiAnswer.empty(304) : ApiAnswer.bytes(type(content), content);
    return answer.with("Cache-Control", "public, max-age=31536000, immutable").with("ETag", tag);
  }
}

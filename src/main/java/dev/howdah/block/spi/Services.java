package dev.howdah.block.spi;

import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.camel.CamelCaller;
import dev.howdah.worker.exec.ExecCaller;
import dev.howdah.worker.grpc.GrpcCaller;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.kafka.KafkaCaller;
import dev.howdah.worker.wasm.WasmRuntimes;
import java.time.InstantSource;

/**
 * What the blocks of one loaded design work with. Thread-safe.
 *
 * @param modules the modules of the design's revision
 * @param wasm the WebAssembly runtimes by name
 * @param http the HTTP client
 * @param grpc the gRPC client
 * @param exec runs programs
 * @param agents asks models
 * @param camel sends to Camel endpoints
 * @param kafka publishes to Kafka topics
 * @param clock the time of day
 */
public record Services(
    Modules modules,
    WasmRuntimes wasm,
    HttpCaller http,
    GrpcCaller grpc,
    ExecCaller exec,
    AgentCaller agents,
    CamelCaller camel,
    KafkaCaller kafka,
    InstantSource clock) {}

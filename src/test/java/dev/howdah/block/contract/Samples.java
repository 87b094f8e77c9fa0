package dev.howdah.block.contract;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The samples by kind of block. */
final class Samples {
  private static final List<Sample> ALL =
      List.of(
          new AgentSample(),
          new AggregateSample(),
          new BalanceSample(),
          new CamelSample(),
          new DebateSample(),
          new DesignSample(),
          new ExecSample(),
          new FilterSample(),
          new GrpcSample(),
          new HierarchicalSample(),
          new HttpSample(),
          new IdempotentSample(),
          new KafkaSample(),
          new LoopSample(),
          new ParallelSample(),
          new RecipientListSample(),
          new ReflectionSample(),
          new RouterSample(),
          new RoutingSample(),
          new SequentialSample(),
          new SleepSample(),
          new SplitSample(),
          new ThrottleSample(),
          new TransformSample(),
          new TrySample(),
          new ValidateSample(),
          new WaitSample(),
          new WasmSample(),
          new WireTapSample());

  private Samples() {}

  static Map<String, Sample> byKind() {
    Map<String, Sample> byKind = new TreeMap<>();
    ALL.forEach(sample -> byKind.put(sample.kind(), sample));
    return byKind;
  }
}

package dev.howdah.drill;

import static dev.howdah.drill.DrillDesigns.fibo;

import dev.howdah.worker.agent.ScriptedModel;
import java.io.IOException;
import java.util.List;

/**
 * The design of the drill that has all which lasts longer than a step: loops, a debate, a parallel,
 * an agent with a tool, a wait, retries, and a saga that has to be undone every other time.
 */
final class PatternsDesign {
  static final String ID = "patterns";

  private static final String PROMISE = "drill-";

  private PatternsDesign() {}

  /** The promise that an execution waits for. */
  static String promise(int i) {
    return PROMISE + i;
  }

  /** What a promise of the drill is resolved with. */
  static int resolution(String promise) {
    return 3 * Integer.parseInt(promise.substring(PROMISE.length()));
  }

  private static boolean fails(int i) {
    return i / 4 % 2 == 1;
  }

  /** JSON. */
  static String input(int i, int n) {
    return "{\"n\": %d, \"number\": %d, \"fails\": %b}".formatted(n, i, fails(i));
  }

  static Expected expected(int i, int n) {
    Expected.Story story = new Expected.Story();
    int small = fibo(n);
    int big = fibo(n + 1) + 1;
    story.step("each#1/fibo", small).step("each#1/plus", small);
    story.step("each#2/fibo", big - 1).step("each#2/plus", big);
    String pair = "[" + small + ", " + big + "]";
    story.step("each", pair);
    int approved = resolution(promise(i));
    story.step("ask", approved).step("flaky", "{\"value\": " + pair + "}");
    int gathered =
        argue(story, small + big)
            + estimate(story, small, big)
            + count(story, small, big)
            + approved
            + small;
    story.step("gather", gathered);
    int grown = gathered;
    for (int round = 1; round <= 2; round++) {
      int step = fibo(grown % 20);
      grown = step + round;
      story.step("grow#" + round + "/leap", step).step("grow#" + round + "/more", grown);
    }
    story.step("grow", grown);
    return trip(story, grown, fails(i));
  }

  private static int argue(Expected.Story story, int task) {
    int first = fibo(0);
    int second = first + task;
    int third = fibo(second % 10);
    int fourth = third + task;
    int verdict = first + second + third + fourth;
    story.step("argue#1/pro", first).step("argue#1/con", second);
    story.step("argue#2/pro", third).step("argue#2/con", fourth);
    story.step("argue/judge", verdict);
    story.step(
        "argue",
        """
        {"debate_history": [
          {"round": 1, "agent": "pro", "output": %d},
          {"round": 1, "agent": "con", "output": %d},
          {"round": 2, "agent": "pro", "output": %d},
          {"round": 2, "agent": "con", "output": %d}],
         "verdict": %d}
        """
            .formatted(first, second, third, fourth, verdict));
    return verdict;
  }

  private static int count(Expected.Story story, int small, int big) {
    int sum = small + big;
    story.step(
        "count#1/model",
        """
        {"role": "assistant", "content": "",
         "tool_calls": [
          {"id": "call_add0", "type": "function",
           "function": {"name": "add", "arguments": "{\\"a\\": %d, \\"b\\": %d}"}}],
         "usage": {"model": "small", "input_tokens": 3, "output_tokens": 1}}
        """
            .formatted(small, big));
    story.step("count#1/add", sum);
    story.step(
        "count#2/model",
        """
        {"role": "assistant", "content": "%d",
         "usage": {"model": "small", "input_tokens": 4, "output_tokens": 1}}
        """
            .formatted(sum));
    story.step("count", "\"" + sum + "\"");
    return sum;
  }

  /** A model that adds what it is asked to with the tool, and says what came of it. */
  static ScriptedModel model() throws IOException {
    return ScriptedModel.start()
        .on(
            question -> question.last().startsWith("add "),
            Integer.MAX_VALUE,
            (question, wire) -> {
              String[] words = question.last().split(" ");
              String arguments = "{\"a\": %s, \"b\": %s}".formatted(words[1], words[2]);
              wire.call(List.of(new ScriptedModel.Call("add", arguments)));
            })
        .on(question -> true, ScriptedModel.Question::last);
  }

  private static int estimate(Expected.Story story, int small, int big) {
    int low = fibo(small % 10);
    int middle = small + big;
    int high = fibo(big % 10);
    int total = low + middle + high;
    story.step("estimate/low", low).step("estimate/middle", middle).step("estimate/high", high);
    story.step("estimate/total", total);
    story.step(
        "estimate",
        """
        {"individual_results": [
          {"agent": "low", "output": %d},
          {"agent": "middle", "output": %d},
          {"agent": "high", "output": %d}],
         "aggregated_result": %d}
        """
            .formatted(low, middle, high, total));
    return total;
  }

  private static Expected trip(Expected.Story story, int input, boolean fails) {
    int reserved = fibo(input % 15);
    story.step("trip/reserve", reserved).step("trip/pay", "{\"paid\": " + reserved + "}");
    String result;
    if (fails) {
      result = "{\"sorry\": " + input + ", \"block\": \"ship\"}";
      story.failure("trip/ship");
      story.step("trip/refund", "{\"refunded\": " + reserved + "}");
      story.step("trip/release", fibo(reserved % 10));
      story.step("trip/apologise", result);
    } else {
      result = "" + (reserved + 1);
      story.step("trip/ship", result);
    }
    story.step("trip/tidy", fibo(fails ? 4 : 3));
    return story.step("trip", result).result(result);
  }

  /**
   * @param flaky the address of a {@link FlakyService}
   * @param model the address of the {@link #model}
   */
  static String text(String flaky, String model) {
    return """
        id: patterns
        name: Patterns
        blocks:
          - id: each
            type: loop
            data:
              items: "${ [.n, .n + 1] }"
              blocks:
                - {id: fibo, type: wasm, group: first, data: {module: modules/fibo.wat, function: fibo, args: "${ [.] }"}}
                - {id: plus, type: transform, group: second, data: {value: "${ . + $index }"}}
          - id: argue
            type: debate
            data:
              task: "${ .[0] + .[1] }"
              rounds: 2
              agents:
                - {id: pro, type: wasm, group: first, module: modules/fibo.wat, function: fibo, args: "${ [(.debate[-1].output // 0) % 10] }"}
                - {id: con, type: transform, group: second, value: "${ .debate[-1].output + .task }"}
                - {id: judge, role: moderator, type: transform, group: third, value: "${ [.debate[].output] | add }"}
          - id: estimate
            type: parallel
            data:
              agents:
                - {id: low, type: wasm, group: first, module: modules/fibo.wat, function: fibo, args: "${ [.task[0] % 10] }"}
                - {id: middle, type: transform, group: second, value: "${ .task[0] + .task[1] }"}
                - {id: high, type: wasm, group: third, module: modules/fibo.wat, function: fibo, args: "${ [.task[1] % 10] }"}
                - {id: total, role: aggregator, type: transform, group: second, value: "${ [.individual_results[].output] | add }"}
          - id: count
            type: agent
            group: second
            data:
              base_url: "MODEL"
              model: small
              prompt: "add ${ .[0] } ${ .[1] }"
              tools:
                - {name: add, description: Adds two numbers, group: third, type: transform, data: {value: "${ .a + .b }"}}
          - {id: ask, type: wait, data: {promise: "drill-${ $input.number }", title: "May ${ $input.number } go on?"}}
          - id: flaky
            type: http
            group: second
            retry: {maxAttempts: 50, backoff: 300ms, multiplier: 1, maxBackoff: 300ms}
            data: {url: "FLAKY", body: "${ {value: .} }"}
          - {id: gather, type: transform, group: third, data: {value: "${ .argue.verdict + .estimate.aggregated_result + (.count | tonumber) + .ask + .flaky.value[0] }"}}
          - id: grow
            type: loop
            data:
              times: 2
              blocks:
                - {id: leap, type: wasm, group: third, data: {module: modules/fibo.wat, function: fibo, args: "${ [. % 20] }"}}
                - {id: more, type: transform, group: first, data: {value: "${ . + $index + 1 }"}}
          - id: trip
            type: try
            data:
              blocks:
                - {id: reserve, type: wasm, group: first, data: {module: modules/fibo.wat, function: fibo, args: "${ [. % 15] }"}}
                - id: pay
                  type: http
                  group: second
                  retry: {maxAttempts: 50, backoff: 300ms, multiplier: 1, maxBackoff: 300ms}
                  data: {url: "FLAKY", body: "${ {paid: .} }"}
                - {id: ship, type: transform, group: third, data: {value: "${ if $input.fails then error(\\"sold out\\") else .paid + 1 end }"}}
              compensate:
                - id: refund
                  for: pay
                  type: http
                  group: first
                  retry: {maxAttempts: 50, backoff: 300ms, multiplier: 1, maxBackoff: 300ms}
                  data: {url: "FLAKY", body: "${ {refunded: .paid} }"}
                - {id: release, for: reserve, type: wasm, group: third, data: {module: modules/fibo.wat, function: fibo, args: "${ [. % 10] }"}}
              catch:
                - errors: [expression.failed]
                  blocks:
                    - {id: apologise, type: transform, group: second, data: {value: {sorry: "${ .input }", block: "${ .block }"}}}
              finally:
                blocks:
                  - {id: tidy, type: wasm, group: first, data: {module: modules/fibo.wat, function: fibo, args: "${ [if type == \\"number\\" then 3 else 4 end] }"}}
        connections:
          - {source: each, target: argue}
          - {source: each, target: estimate}
          - {source: each, target: count}
          - {source: each, target: ask}
          - {source: each, target: flaky}
          - {source: argue, target: gather}
          - {source: estimate, target: gather}
          - {source: count, target: gather}
          - {source: ask, target: gather}
          - {source: flaky, target: gather}
          - {source: gather, target: grow}
          - {source: grow, target: trip}
        """
        .replace("FLAKY", flaky)
        .replace("MODEL", model);
  }
}

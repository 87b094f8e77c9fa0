package dev.howdah.engine.record;

import dev.howdah.engine.flow.Suspension;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.Optional;

/**
 * The executions that run in this process's memory and have no rows. Called on the recorder's
 * thread; must not block.
 */
public interface Unrecorded {
  /** That there are none. */
  Unrecorded NONE =
      new Unrecorded() {
        @Override
        public Optional<Suspension> suspension(String execution, String path) {
          return Optional.empty();
        }

        @Override
        public void resume(String execution, String path, Suspension on, Value output) {
          throw new IllegalStateException("nothing waits unrecorded");
        }

        @Override
        public void resume(String execution, String path, Suspension on, Fault fault) {
          throw new IllegalStateException("nothing waits unrecorded");
        }
      };

  /** What a step of such an execution waits for. */
  Optional<Suspension> suspension(String execution, String path);

  /** What a step waits for has come. */
  void resume(String execution, String path, Suspension on, Value output);

  /** What a step waits for has failed. */
  void resume(String execution, String path, Suspension on, Fault fault);
}

package dev.howdah.store;

/**
 * The right to write. SQLite has one writer at a time and lets the others poll for it; a fair queue
 * within the process keeps a busy journal from starving everybody else.
 */
interface WriteTurn {
  /** PostgreSQL orders its writers itself. */
  WriteTurn FREE =
      new WriteTurn() {
        @Override
        public void take() {}

        @Override
        public void give() {}
      };

  /** Waits until it is the caller's turn. */
  void take();

  /** Ends the turn, from whatever thread. */
  void give();
}

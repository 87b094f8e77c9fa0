package dev.howdah.block.spi;

/** What is run again of a container when a step inside it is. */
public enum Restart {
  /** That part and no other; parts do not depend on each other. */
  PART,
  /** That part from that step on, and every part that began later. */
  LATER_PARTS,
  /** All of it. */
  WHOLE
}

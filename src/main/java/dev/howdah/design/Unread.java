package dev.howdah.design;

import java.util.Set;

/**
 * What a document lists among blocks and connections and is too wrong to be read. It is there all
 * the same, so nothing may be concluded from its absence.
 *
 * @param ids of blocks that could not be read
 * @param nameless whether there are blocks of which not even the id can be told
 * @param connections whether a connection could not be read
 */
public record Unread(Set<String> ids, boolean nameless, boolean connections) {
  /** Everything could be read. */
  public static final Unread NOTHING = new Unread(Set.of(), false, false);

  public Unread {
    ids = Set.copyOf(ids);
  }

  /** Whether a block of that id may be there although it was not read. */
  public boolean mayHold(String id) {
    return nameless || ids.contains(id);
  }

  /** Whether there is nothing of that kind. */
  public boolean isEmpty() {
    return ids.isEmpty() && !nameless && !connections;
  }
}

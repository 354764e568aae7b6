package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes both links apart. On the owner nothing remains; on the other side the fence remains, with
 * its count and the row that refuses orders of before.
 */
final class Severance {
  /** A trigger goes only with a lock that readers wait for too, so it is tried in short turns. */
  private static final int LOCK_MILLIS = 200;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Peer owner;
  private final Peer other;
  private final LinkNames names;
  private final Duration patience;

  Severance(Peer owner, Peer other, LinkNames names) {
    this(owner, other, names, PATIENCE);
  }

  /**
   * @param patience how long to wait for locks in all before it is left to the next order
   */
  Severance(Peer owner, Peer other, LinkNames names, Duration patience) {
    this.owner = owner;
    this.other = other;
    this.names = names;
    this.patience = patience;
  }

  /**
   * Severs. With the other side gone for good the owner is freed all the same, and the order is
   * then reported as not done, because the other side's server may come back with its slot.
   */
  void carryOut(long epoch) {
    @Nullable OutsideException gone = null;
    try {
      fenceForEver(epoch);
      unsubscribe(other);
    } catch (OutsideException e) {
      if (e.code() != PostgresProblem.UNREACHABLE) {
        throw e;
      }
      gone = e;
    }
    boolean ours = Control.isOurs(owner);
    if (ours) {
      take("sever the link on the " + owner.side.word(), epoch);
    }
    // The owner's go in any case: nobody reads them any more.
    unsubscribe(owner);
    dropSlots(owner);
    free(ours);
    if (gone != null) {
      throw new OutsideException(
          PostgresProblem.UNREACHABLE,
          "cannot sever the link on the "
              + other.side.word()
              + ": the "
              + owner.side.word()
              + " is free, but "
              + gone.getMessage()
              + "; when it is back, give the order again: its slot "
              + names.link(other.side)
              + " keeps log there",
          gone);
    }
    unpublish(other);
    tidy(epoch);
    // Last here, where the schema stays: as long as they are seen, the order is given again.
    dropSlots(other);
  }

  /**
   * Goes on without the other side, which is not asked for anything. A side that was fenced is
   * opened last: behind its own sequences, and once nothing of the other can arrive.
   *
   * @param patient a session with the owner that has no bound, and ends when it is closed
   */
  void goOnAlone(Session patient, long sequenceMargin, long epoch) {
    boolean ours = Control.isOurs(owner);
    if (ours) {
      take("go on without the " + other.side.word(), epoch);
    }
    unsubscribe(owner);
    dropSlots(owner);
    if (ours && owner.orders.ask("read the fence", WriteFence::isClosed)) {
      OwnSequences.moveOn(owner, patient, sequenceMargin, epoch);
    }
    free(ours);
  }

  private void take(String what, long epoch) {
    owner.orders.change(
        what,
        connection -> {
          Control.take(connection, owner.side, epoch);
          return true;
        });
  }

  /** The other side must be fenced before the owner forgets it. */
  private void fenceForEver(long epoch) {
    if (!Control.isOurs(other)) {
      return;
    }
    other.orders.change(
        "sever the link on the " + other.side.word(),
        connection -> {
          Control.take(connection, other.side, epoch);
          if (!WriteFence.isClosed(connection)) {
            throw new OutsideException(
                PostgresProblem.LINK,
                "cannot sever the link: the "
                    + other.side.word()
                    + " accepts writes; fence it first");
          }
          Links.execute(
              connection,
              "UPDATE landfall.control SET severed = coalesce(severed, now()), keeps = false");
          return true;
        });
  }

  private void unsubscribe(Peer peer) {
    peer.orders.change(
        "drop the subscription on the " + peer.side.word(),
        connection -> Links.dropSubscription(connection, names.link(peer.side.other())));
  }

  private void unpublish(Peer peer) {
    peer.orders.change(
        "drop the publications on the " + peer.side.word(),
        connection -> {
          Links.execute(connection, "DROP PUBLICATION IF EXISTS " + names.tables());
          Links.execute(connection, "DROP PUBLICATION IF EXISTS " + names.marker());
          return true;
        });
  }

  /** Every slot of ours, each of which would keep log until the disk is full. */
  private void dropSlots(Peer peer) {
    if (Control.isOthers(peer)) {
      // What else a check has made there is named alike by every promotion.
      Watcher.remove(peer.server, names.watch(peer.side));
    } else {
      LiveCheck.remove(peer, names);
    }
    peer.orders.ask(
        "drop the slot on the " + peer.side.word(),
        connection ->
            Links.dropSlot(connection, names.link(peer.side))
                && Links.dropSlot(connection, names.next()));
  }

  /** What only the link needed. */
  private void tidy(long epoch) {
    if (!Control.isOurs(other)) {
      return;
    }
    other.orders.change(
        "drop the markers on the " + other.side.word(),
        connection -> {
          Control.take(connection, other.side, epoch);
          Links.execute(connection, "SET LOCAL client_min_messages = warning");
          for (String table : List.of("marker", "copying", "copied", "carried", "parted")) {
            Links.execute(connection, "DROP TABLE IF EXISTS landfall." + table);
          }
          return true;
        });
  }

  /**
   * Removes fence, publications and schema, in short transactions, while users work. The schema is
   * the last of all: until it is gone, the link does not read as absent, and nobody takes a
   * severance that was cut short for done.
   */
  private void free(boolean ours) {
    if (!ours) {
      unpublish(owner);
      return;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    for (String table : owner.orders.ask("read the fence", Severance::fenced)) {
      inTurns("ALTER TABLE " + table + " DISABLE TRIGGER landfall_fence", deadline);
      inTurns("DROP TRIGGER IF EXISTS landfall_fence ON " + table, deadline);
    }
    unpublish(owner);
    inTurns("DROP SCHEMA IF EXISTS landfall CASCADE", deadline);
  }

  private void inTurns(String sql, long deadline) {
    while (true) {
      try {
        owner.orders.change(
            "free the " + owner.side.word(),
            connection -> {
              Links.execute(connection, "SET LOCAL client_min_messages = warning");
              Links.execute(connection, "SET LOCAL lock_timeout = " + LOCK_MILLIS);
              Links.execute(connection, sql);
              return true;
            });
        return;
      } catch (OutsideException e) {
        if (e.code() != PostgresProblem.LOCK_WAIT || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  private static List<String> fenced(Connection connection) throws SQLException {
    var found = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'landfall_fence'")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}

package dev.landfall.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * How users move in flights (R23).
 *
 * @param identity how one user is told from another
 * @param kept who stays on the source until the very end, when everybody moves
 * @param flights in their order; one or more, the last of all users
 * @param margin by how much more frequent errors may be without harm; 0.25 for a quarter more
 * @param tolerated the share of requests that may fail without anybody minding, above 0 and below 1
 * @param onFail where users go when a flight fails
 * @param scrutiny what they are judged by besides errors
 * @param data who owns the data while users fly
 * @param conflictsMax how many rows may be written on both sides at once, when both own the data,
 *     before everybody is brought back; zero or more
 */
public record FlightPlan(
    Identity identity,
    Named kept,
    List<Flight> flights,
    double margin,
    double tolerated,
    OnFail onFail,
    Scrutiny scrutiny,
    DataPlan data,
    int conflictsMax) {

  public FlightPlan {
    flights = List.copyOf(flights);
  }

  /** Flights that are judged by what is usual, with the data moving behind them. */
  public FlightPlan(
      Identity identity,
      Named kept,
      List<Flight> flights,
      double margin,
      double tolerated,
      OnFail onFail) {
    this(identity, kept, flights, margin, tolerated, onFail, Scrutiny.STANDARD);
  }

  /** Flights behind which the data moves. */
  public FlightPlan(
      Identity identity,
      Named kept,
      List<Flight> flights,
      double margin,
      double tolerated,
      OnFail onFail,
      Scrutiny scrutiny) {
    this(identity, kept, flights, margin, tolerated, onFail, scrutiny, DataPlan.SOURCE_FIRST);
  }

  /** Flights of data of which a conflict is one too many. */
  public FlightPlan(
      Identity identity,
      Named kept,
      List<Flight> flights,
      double margin,
      double tolerated,
      OnFail onFail,
      Scrutiny scrutiny,
      DataPlan data) {
    this(identity, kept, flights, margin, tolerated, onFail, scrutiny, data, 0);
  }

  /** Where users go when a flight fails. */
  public enum OnFail {
    /** All of them back to the source. */
    ZERO("zero"),
    /** Those of the flight; those of the flights before it stay where they are. */
    PREVIOUS("previous");

    private final String word;

    OnFail(String word) {
      this.word = word;
    }

    /** The word used in workload files. */
    public String word() {
      return word;
    }
  }

  /** What a flight is judged by besides errors. */
  public Scrutiny scrutiny(Flight flight) {
    return flight.terms().over(scrutiny);
  }

  /** By how much more frequent errors may be in a flight without harm. */
  public double margin(Flight flight) {
    return flight.terms().margin().orElse(margin);
  }

  /**
   * Everybody who is named in the first flights.
   *
   * @param count how many flights, 0 or more
   */
  public Named named(int count) {
    var users = new ArrayList<String>();
    var groups = new ArrayList<String>();
    var networks = new ArrayList<Network>();
    for (Flight flight : flights.subList(0, count)) {
      users.addAll(flight.named().users());
      groups.addAll(flight.named().groups());
      networks.addAll(flight.named().networks());
    }
    return new Named(users, groups, networks);
  }
}

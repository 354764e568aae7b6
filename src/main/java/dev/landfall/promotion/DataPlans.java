package dev.landfall.promotion;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Asset;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Workload;
import java.util.List;
import java.util.stream.Collectors;

/** Says what it costs that data changes owner before users fly, or after, or has two meanwhile. */
public final class DataPlans {
  private DataPlans() {}

  /**
   * What should be known of the plan of a workload, and of the other one; empty without flights.
   */
  public static List<Finding> notes(Workload workload) {
    return workload.flights().stream().map(plan -> note(plan.data(), data(workload))).toList();
  }

  private static String data(Workload workload) {
    String names =
        workload.data().stream().map(Asset.Data::name).collect(Collectors.joining(" and "));
    return names.isEmpty() ? "the data" : names;
  }

  private static Finding note(DataPlan plan, String data) {
    DataPlan other = plan == DataPlan.SOURCE_FIRST ? DataPlan.TARGET_FIRST : DataPlan.SOURCE_FIRST;
    return new Finding(
        Finding.Severity.INFORMS,
        PlanNote.DATA_OF_FLIGHTS.id(),
        "flights.data: " + plan.word(),
        words(plan, data),
        other.word() + " instead: " + words(other, data));
  }

  private static String words(DataPlan plan, String data) {
    return switch (plan) {
      case SOURCE_FIRST ->
          "the source owns "
              + data
              + " until all have flown; whoever has flown pays the way from the target's services"
              + " to the source; a flight goes back by one order to the routes, and no data moves";
      case TARGET_FIRST ->
          "the target owns "
              + data
              + " before anybody flies; whoever has not flown pays the way from the source's"
              + " services to the target, at first all users; a flight goes back by one order to"
              + " the routes, and its data stays on the target until a rollback, which is a second"
              + " cutover";
      case TWO_WAY ->
          "source and target both accept the writes of their own users of "
              + data
              + " while they fly, and nobody pays any way; each flight, and a way back, holds all"
              + " requests until what those users wrote has arrived; a row written on both sides"
              + " loses a write, is counted, and brings everybody back; requests that may write and"
              + " name no user are refused, and so are connections that leave HTTP; a target that"
              + " is lost takes with it what had not arrived";
    };
  }
}

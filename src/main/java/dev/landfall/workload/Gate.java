package dev.landfall.workload;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so before users move: executed, documented and validated (R28). What is known of it
 * is kept elsewhere; this is what the workload file and the catalogue say.
 *
 * @param id unique in the workload: {@code business-testing}
 * @param title for people
 * @param requirements which rules it comes from: {@code R49}; empty for one of the user's own
 * @param owner the role that answers for it
 * @param approvers the roles of which each may validate it
 * @param quorum how many different people must validate it; 1 or more
 * @param needs the flags that the file or the catalogue asks for; one or more. What it does not
 *     pass without is {@link #demands}
 * @param binds the steps that it holds back; one or more
 * @param validity how long what was found counts; more than zero
 * @param about what makes it stale before that
 * @param kind who can know
 * @param check how a machine looks; absent when people bring the evidence
 */
public record Gate(
    String id,
    String title,
    List<String> requirements,
    String owner,
    List<String> approvers,
    int quorum,
    Set<Flag> needs,
    Set<Step> binds,
    Duration validity,
    About about,
    Kind kind,
    Optional<GateCheck> check) {

  public Gate {
    requirements = List.copyOf(requirements);
    approvers = List.copyOf(approvers);
    needs = Set.copyOf(needs);
    binds = Set.copyOf(binds);
  }

  /**
   * Whether people are believed: a machine should look, and nobody has given it a way, or all that
   * it looks at is what people wrote.
   */
  public boolean isOnSomebodysWord() {
    boolean unchecked = kind == Kind.MACHINE && check.isEmpty() && needs.contains(Flag.EXECUTED);
    return unchecked || isAboutRecords();
  }

  /** Whether its check reads records of people: evidence about others than there are is stale. */
  public boolean isAboutRecords() {
    return check.filter(each -> each.kind().equals(GateCheck.RECORDS)).isPresent();
  }

  /**
   * What it cannot pass without: {@link #needs}, and somebody else's look at people's word. Who
   * wrote records, and whether they are whole, is known once they were read.
   */
  public Set<Flag> demands() {
    if (!isOnSomebodysWord()) {
      return needs;
    }
    var demands = EnumSet.copyOf(needs);
    demands.add(Flag.VALIDATED);
    if (isAboutRecords()) {
      demands.add(Flag.EXECUTED);
    }
    return Set.copyOf(demands);
  }

  /** The three things that every item of the checklist must be. */
  public enum Flag {
    /** It was done, and did what it should. */
    EXECUTED("executed"),
    /** There is something to read about it. */
    DOCUMENTED("documented"),
    /** Whoever may has looked at that and signed. */
    VALIDATED("validated");

    private final String word;

    Flag(String word) {
      this.word = word;
    }

    /** The word of the workload file. */
    public String word() {
      return word;
    }

    /** The flag of a word; absent when there is none. */
    public static Optional<Flag> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }

  /** What a gate holds back. */
  public enum Step {
    /** Users leave the source for the first time. */
    PROMOTE("promote"),
    /** More users follow those who have left. */
    FLIGHT("flight");

    private final String word;

    Step(String word) {
      this.word = word;
    }

    /** The word of the workload file. */
    public String word() {
      return word;
    }

    /** The step of a word; absent when there is none. */
    public static Optional<Step> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }

  /** What evidence is about: it is stale once that is another one. */
  public enum About {
    /** The plan. */
    PLAN("plan"),
    /** The plan, and what the target runs on: schema, settings, versions, grants. */
    TARGET("target");

    private final String word;

    About(String word) {
      this.word = word;
    }

    /** The word of the workload file. */
    public String word() {
      return word;
    }

    /** What a word means; absent when nothing. */
    public static Optional<About> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }

  /** Who can know whether it is so. */
  public enum Kind {
    /** A program that looks. */
    MACHINE("machine"),
    /** A person who judges. */
    PERSON("person"),
    /** The calendar of the workload. */
    CALENDAR("calendar");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word of the catalogue. */
    public String word() {
      return word;
    }

    /** The kind of a word; absent when there is none. */
    public static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }
}

package dev.landfall.cli.file;

import dev.landfall.cli.file.Vocabulary.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every key of the records that business keeps, once: the reader knows no others. */
final class RecordVocabulary {
  private static final String DAY = "a day within ten years: 2026-03-01";
  private static final String ANSWER = "a mapping: as, note, item";
  private static final String TIME = "a time with its offset: 2026-03-01T22:00+01:00";

  /** In the words of the files, and of the checks that read them. */
  static final List<String> KINDS = List.of("tests", "change-plan", "adoption-review");

  private static final String RECORDS = "tests, change-plan or adoption-review";
  private static final String WRITER = "who wrote it, as gates.people names them";

  /** The keys of records and their parts under which lists and mappings stand. */
  static final Set<String> PARTS =
      Set.of(
          "cases",
          "feedback",
          "certified",
          "processes",
          "training",
          "timeline",
          "communications",
          "outages",
          "measures",
          "audiences",
          "questions",
          "answers");

  static final Shape TESTS =
      shape(
          "tests",
          required("record", RECORDS),
          required("by", WRITER),
          required("cases", "a list of test cases"),
          required("feedback", "a list of what users said, [] for nothing"),
          required("certified", "a list of power users, [] for nobody"));

  static final Shape CASE =
      shape(
          "case",
          required("test", "what was tried"),
          required("outcome", "passed, failed or open"),
          optional("by", "who tried it"),
          optional("severity", "low, medium, high or critical"),
          optional("workaround", "how users get by"),
          optional("note", "a sentence"));

  static final Shape FEEDBACK =
      shape(
          "feedback",
          required("what", "what was said"),
          required("as", "technical-change, process-change or nothing"),
          optional("item", "the work item that it became"));

  static final Shape CERTIFIED =
      shape(
          "certified",
          required("by", "a power user"),
          required("on", DAY),
          optional("note", "a sentence"));

  static final Shape CHANGE_PLAN =
      shape(
          "change-plan",
          required("record", RECORDS),
          required("by", WRITER),
          required("adoption", "how users take it up"),
          required("processes", "a list of changed processes, [] for none"),
          required("training", "a list of who is trained, [] for nobody"),
          required("timeline", "a list of what happens when"),
          required("communications", "a list, one for each audience"),
          required("outages", "a list of times, [] for none"),
          optional("measures", "a list of measures that change"),
          optional("audiences", "a list of who must be told"),
          optional("questions", "a mapping of questions to answers"));

  /** What is asked before users move (R65). */
  static final Shape QUESTIONS =
      shape(
          "questions",
          optional("outcome", "the outcome, in figures"),
          optional("learning", "what is measured to learn from it"),
          optional("teams", "which processes and teams it touches"),
          optional("power-users", "who prepares the power users"),
          optional("leaders", "which leaders of the business take part"),
          optional("events", "which events and days are critical"),
          optional("timing", "why this time does most, and disturbs least"),
          optional("downtime", "which downtime is expected"));

  static final Shape PROCESS =
      shape(
          "process", required("what", "a process"), required("change", "what is different in it"));

  static final Shape TRAINING =
      shape(
          "training",
          required("who", "who needs it"),
          required("state", "done or planned"),
          required("on", DAY));

  static final Shape STEP = shape("step", required("what", "what happens"), required("on", DAY));

  static final Shape COMMUNICATION =
      shape(
          "communication",
          required("audience", "who is told"),
          required("what", "what they are told"),
          required("on", DAY),
          required("how", "by which way"),
          required("asks", "what they have to do"),
          required("contact", "whom they can ask"),
          optional("told", DAY));

  static final Shape OUTAGE =
      shape(
          "outage",
          required("from", TIME),
          required("to", TIME),
          optional("communicated", DAY),
          optional("approved-by", "who approved it"));

  static final Shape ADOPTION_REVIEW =
      shape(
          "adoption-review",
          required("record", RECORDS),
          required("by", WRITER),
          required("on", DAY),
          required("answers", "a mapping of questions to answers"));

  /** What is asked once users have moved (R66). */
  static final Shape ANSWERS =
      shape(
          "answers",
          optional("users", ANSWER),
          optional("performance", ANSWER),
          optional("processes", ANSWER),
          optional("measures", ANSWER),
          optional("outcome", ANSWER),
          optional("aligned", ANSWER),
          optional("harm", ANSWER));

  static final Shape ANSWERED =
      shape(
          "answer",
          required("as", "expected or otherwise"),
          optional("note", "a sentence"),
          optional("item", "the work item that it became"));

  /** In the order of the reference. */
  static final List<Shape> ALL =
      List.of(
          TESTS,
          CASE,
          FEEDBACK,
          CERTIFIED,
          CHANGE_PLAN,
          PROCESS,
          TRAINING,
          STEP,
          COMMUNICATION,
          OUTAGE,
          QUESTIONS,
          ADOPTION_REVIEW,
          ANSWERS,
          ANSWERED);

  private RecordVocabulary() {}

  /** The keys of a kind of record; absent when there is none of that name. */
  static Optional<Shape> of(String kind) {
    return KINDS.contains(kind)
        ? ALL.stream().filter(shape -> shape.name().equals(kind)).findFirst()
        : Optional.empty();
  }

  private static Shape shape(String name, Vocabulary.Key... keys) {
    return new Shape(name, List.of(keys));
  }

  private static Vocabulary.Key required(String name, String form) {
    return new Vocabulary.Key(name, true, form);
  }

  private static Vocabulary.Key optional(String name, String form) {
    return new Vocabulary.Key(name, false, form);
  }
}

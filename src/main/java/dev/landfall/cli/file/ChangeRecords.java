package dev.landfall.cli.file;

import static dev.landfall.cli.file.RecordItems.is;
import static dev.landfall.cli.file.RecordItems.lacking;
import static dev.landfall.cli.file.RecordItems.text;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How the business takes a change up: the plan before (R64, R65, R67 to R69), and after (R66). */
final class ChangeRecords {
  private final RecordItems parts;

  ChangeRecords(RecordItems parts) {
    this.parts = parts;
  }

  /** A plan, read and counted. */
  String plan(Section record) {
    parts.items(record, "processes", RecordVocabulary.PROCESS);
    RecordItems.elements(record, "measures").forEach(Field::text);
    String training = training(record);
    List<Section> timeline = parts.items(record, "timeline", RecordVocabulary.STEP);
    timeline.forEach(each -> parts.day(each, "on"));
    if (timeline.isEmpty()) {
      parts.lack("there is no timeline");
    }
    String told = communications(record);
    int outages = outages(record);
    record.field("questions").ifPresent(this::questions);
    if (record.field("questions").isEmpty()) {
      parts.lack("the questions before the change are not answered");
    }
    return "%s; %s; %d outages".formatted(training, told, outages);
  }

  private String training(Section record) {
    List<Section> training = parts.items(record, "training", RecordVocabulary.TRAINING);
    var states = new TreeMap<String, Integer>();
    for (Section each : training) {
      RecordItems.word(each, "state", List.of("done", "planned"))
          .ifPresent(state -> states.merge(state, 1, Integer::sum));
      parts.day(each, "on");
    }
    parts.lack(
        training, is("state", "planned").and(parts.over("on")), "untrained, and the day is over");
    parts.lack(
        training,
        is("state", "done").and(parts.come("on").negate()),
        "trained on a day that has not come");
    return "training for %d%s".formatted(training.size(), RecordItems.counted(states));
  }

  /** One for each audience: each is told on a day, and by then somebody has said that it was. */
  private String communications(Section record) {
    List<Section> all = parts.items(record, "communications", RecordVocabulary.COMMUNICATION);
    for (Section each : all) {
      parts.day(each, "on");
      parts.day(each, "told");
    }
    if (all.isEmpty()) {
      parts.lack("nobody is told");
    }
    Predicate<Section> told = parts.come("told");
    Predicate<Section> toCome = parts.toCome("told");
    parts.lack(
        all, told.or(toCome).negate().and(parts.over("on")), "not told, and the day is over");
    parts.lack(all, toCome, "told on a day that has not come");
    List<String> audiences = RecordItems.texts(all, "audience");
    parts.lack(
        RecordItems.elements(record, "audiences").stream()
            .filter(each -> each.text().filter(text -> !audiences.contains(text)).isPresent())
            .map(Field::where)
            .toList(),
        "audience that no communication is for");
    return "%d of %d told".formatted(all.stream().filter(told).count(), all.size());
  }

  private int outages(Section record) {
    List<Section> outages = parts.items(record, "outages", RecordVocabulary.OUTAGE);
    outages.forEach(this::order);
    parts.lack(outages, parts.come("communicated").negate(), "outage that users were not told");
    parts.lack(outages, lacking("approved-by"), "outage that nobody approved");
    return outages.size();
  }

  private void order(Section outage) {
    Optional<OffsetDateTime> from = parts.time(outage, "from");
    Optional<OffsetDateTime> to = parts.time(outage, "to");
    if (from.isPresent() && to.isPresent() && !to.get().isAfter(from.get())) {
      outage.wrong("it ends before it begins", "turn from and to round");
    }
  }

  private void questions(Field field) {
    Section.of(field, "questions.", RecordVocabulary.QUESTIONS)
        .ifPresent(section -> {
          var open = new ArrayList<String>();
          for (String each : RecordVocabulary.QUESTIONS.names()) {
            if (text(section, each).isEmpty()) {
              open.add(each);
            }
          }
          parts.lack(open, "unanswered");
        });
  }

  /** What is asked once users have moved: whatever is not as expected becomes a work item. */
  String review(Section record) {
    if (parts.toCome("on").test(record)) {
      parts.lack("it was held on a day that has not come");
    }
    if (parts.old("on").test(record)) {
      parts.lack(
          "it was held so long ago that it counts no more (before %s)".formatted(parts.since()));
    }
    var otherwise = new ArrayList<String>();
    var lost = new ArrayList<String>();
    var open = new ArrayList<String>();
    record
        .field("answers")
        .flatMap(field -> Section.of(field, "answers.", RecordVocabulary.ANSWERS))
        .ifPresent(answers -> {
          for (String name : RecordVocabulary.ANSWERS.names()) {
            Optional<Section> answer =
                answers
                    .field(name)
                    .flatMap(each ->
                        Section.of(each, "answers." + name + ".", RecordVocabulary.ANSWERED));
            answer.ifPresent(
                each -> parts.require(each, "answers." + name + ".", RecordVocabulary.ANSWERED));
            if (answer.isEmpty()) {
              open.add(name);
            }
            answer
                .filter(each ->
                    RecordItems.word(each, "as", List.of("expected", "otherwise"))
                        .filter("otherwise"::equals)
                        .isPresent())
                .ifPresent(each -> (text(each, "item").isEmpty() ? lost : otherwise).add(name));
          }
        });
    parts.lack(open, "unanswered");
    parts.lack(lost, "not as expected that became no work item");
    int other = otherwise.size() + lost.size();
    int asked = RecordVocabulary.ANSWERS.keys().size();
    return "%d of %d questions answered; %d not as expected"
        .formatted(asked - open.size(), asked, other);
  }
}

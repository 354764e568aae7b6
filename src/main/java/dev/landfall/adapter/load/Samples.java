package dev.landfall.adapter.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How the requests of one side went, by their number. Each is noted by one thread, once. */
final class Samples {
  /** What is rarer is no answer by which others are judged. */
  private static final double SHARE_MIN = 0.01;

  private final long[] micros;
  private final boolean[] failed;
  private final String[] answers;
  private final boolean[] lacking;
  private final int count;

  /** Of so many requests, of which nothing is known yet. */
  Samples(int count) {
    this(new long[count], new boolean[count], new String[count], new boolean[count], count);
    Arrays.fill(answers, "");
  }

  private Samples(long[] micros, boolean[] failed, String[] answers, boolean[] lacking, int count) {
    this.micros = micros;
    this.failed = failed;
    this.answers = answers;
    this.lacking = lacking;
    this.count = count;
  }

  /**
   * What became of a request.
   *
   * @param took microseconds from when it was due; not from when it was sent
   */
  void note(int number, long took, Answer answer) {
    micros[number] = took;
    failed[number] = answer.failed();
    answers[number] = answer.word();
    lacking[number] = answer.lacking();
  }

  /**
   * The words of good answers to each of so many paths, which were asked for in turn. There are
   * none of a path that had no good answer. Where redirects lead to another place each time, the
   * status stands alone.
   */
  List<Set<String>> answers(int paths) {
    var counts = new ArrayList<Map<String, Integer>>();
    for (int path = 0; path < paths; path++) {
      counts.add(new HashMap<>());
    }
    for (int i = 0; i < count; i++) {
      if (!failed[i]) {
        counts.get(i % paths).merge(answers[i], 1, Integer::sum);
      }
    }
    return counts.stream().map(Samples::common).toList();
  }

  private static Set<String> common(Map<String, Integer> counts) {
    double min = SHARE_MIN * counts.values().stream().mapToInt(each -> each).sum();
    var statuses = new HashMap<String, Integer>();
    counts.forEach((word, times) -> statuses.merge(Answer.status(word), times, Integer::sum));
    var common = new TreeSet<String>();
    statuses.forEach((status, all) -> {
      if (all < min) {
        return;
      }
      int told = 0;
      for (var each : counts.entrySet()) {
        if (Answer.status(each.getKey()).equals(status) && each.getValue() >= min) {
          common.add(each.getKey());
          told += each.getValue();
        }
      }
      if (all - told >= min) {
        common.add(status);
      }
    });
    return common;
  }

  /**
   * Makes failures of good answers that others do not give to the same path: a page to sign in at
   * is none of the pages that were asked for.
   *
   * @param others as of {@link #answers}
   * @return how many, by the number of the path and the word
   */
  Map<Integer, Map<String, Integer>> failOthers(List<Set<String>> others) {
    var odd = new TreeMap<Integer, Map<String, Integer>>();
    for (int i = 0; i < count; i++) {
      int path = i % others.size();
      Set<String> usual = others.get(path);
      if (!failed[i]
          && !usual.isEmpty()
          && !usual.contains(answers[i])
          && !usual.contains(Answer.status(answers[i]))) {
        failed[i] = true;
        odd.computeIfAbsent(path, _ -> new TreeMap<>()).merge(answers[i], 1, Integer::sum);
      }
    }
    return odd;
  }

  /** How many answers lack what is expected, by the number of the path. */
  Map<Integer, Integer> lacking(int paths) {
    var found = new TreeMap<Integer, Integer>();
    for (int i = 0; i < count; i++) {
      if (lacking[i]) {
        found.merge(i % paths, 1, Integer::sum);
      }
    }
    return found;
  }

  /** The same without those behind, which were never sent. */
  Samples first(int sent) {
    return new Samples(micros, failed, answers, lacking, sent);
  }

  int count() {
    return count;
  }

  /** How long a request took, in microseconds. */
  long micros(int number) {
    return micros[number];
  }

  boolean failed(int number) {
    return failed[number];
  }

  /** The latency that a share of the requests from one on does not exceed. */
  long quantile(double share, int from) {
    long[] sorted = Arrays.copyOfRange(micros, Math.min(from, count), count);
    Arrays.sort(sorted);
    int at = (int) Math.ceil(share * sorted.length) - 1;
    return sorted.length == 0 ? 0 : sorted[Math.clamp(at, 0, sorted.length - 1)];
  }

  long failures(int from) {
    long failures = 0;
    for (int i = from; i < count; i++) {
      failures += failed[i] ? 1 : 0;
    }
    return failures;
  }
}

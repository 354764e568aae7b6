package dev.landfall.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a first copy is.
 *
 * @param stage what is being done, for people: {@code rows}, {@code indexes}, {@code constraints}
 * @param tablesDone tables of which all rows are over
 * @param tables all tables
 * @param rowsDone rows written on the target
 * @param rowsEstimated rows that the source's statistics promise; may be wrong
 * @param bytesDone bytes carried, as they went over the wire
 * @param bytesEstimated bytes that the source's table sizes promise; may be wrong
 * @param bytesPerSecond the recent rate; zero before the first figure
 * @param left the time that the rest takes at that rate; absent when it cannot be told yet
 */
public record CopyProgress(
    String stage,
    long tablesDone,
    long tables,
    long rowsDone,
    long rowsEstimated,
    long bytesDone,
    long bytesEstimated,
    double bytesPerSecond,
    Optional<Duration> left) {}

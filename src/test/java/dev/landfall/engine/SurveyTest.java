package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.problem.Finding;
import dev.landfall.problem.Finding.Severity;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private int closed;

  @Test
  void aSourceThatCannotBeAskedHasNoSizeAndTheReasonIsSaid() {
    var adapters =
        new Adapters() {
          @Override
          public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
            throw new OutsideException(SurveyProblem.UNREACHABLE, "cannot read the secret: gone");
          }

          @Override
          public Router router(Route route) {
            throw new IllegalStateException("no plane is needed for a size");
          }
        };
    assertThat(Survey.outlook(Samples.ORDERS_ONLY, adapters, InstantSource.system()).of("orders"))
        .isEqualTo(new Estimate.Size.Unknown("cannot read the secret: gone"));
  }

  @Test
  void aRightThatOnlyTheRehearsalNeedsIsToldFromTheStartAndBlocksNothingElse() {
    var missing = new Finding(Severity.BLOCKS, "right", "orders: target", "may not", "GRANT it");
    assertThat(Survey.unrehearsable(Samples.STAGED, rehearsingOn(() -> List.of(missing))))
        .containsExactly(
            new Finding(Severity.WARNS, "right", "orders: target", "may not", "GRANT it"));
    assertThat(Survey.unrehearsable(Samples.STAGED, rehearsingOn(List::of))).isEmpty();
    var down = new OutsideException(SurveyProblem.UNREACHABLE, "cannot reach it");
    assertThat(
            Survey.unrehearsable(
                Samples.STAGED,
                rehearsingOn(() -> {
                  throw down;
                })))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNS);
          assertThat(finding.code()).isEqualTo(SurveyProblem.UNREACHABLE.id());
          assertThat(finding.seen()).isEqualTo("cannot reach it");
        });
    assertThat(closed).isEqualTo(3);
  }

  @Test
  void whatIsInTheWayOfALinkIsLackingOnlyWhereTheSourceAnswers() {
    var blocks = new Finding(Severity.BLOCKS, "wal", "source", "wal_level is replica", "ALTER it");
    var warns = new Finding(Severity.WARNS, "slots", "source", "few slots", "raise them");
    var adapters = followedBy(List.of(blocks, warns));
    var asked = Survey.outlook(Samples.ORDERS_ONLY, adapters, InstantSource.system());
    assertThat(Survey.lacking(Samples.ORDERS_ONLY, adapters, asked))
        .isEqualTo(
            new ModelAdvice.Lacking(
                List.of("orders: source: wal_level is replica; ALTER it"), List.of()));
    assertThat(closed).as("once for the size, and once for what is in the way").isEqualTo(2);
    assertThat(
            Survey.lacking(
                Samples.ORDERS_ONLY, adapters, new Survey.Outlook(Map.of(), Map.of(), List.of())))
        .isEqualTo(ModelAdvice.Lacking.NOTHING);
  }

  /** Such as an address whose agent on the target has no right to take it. */
  @Test
  void aPlaneThatCouldNotLeadUsersToASideBlocks() {
    var plane = new MemoryRouter(InstantSource.system(), 1);
    plane.unable(Map.of(Side.TARGET, "CAP_NET_ADMIN is needed"));
    var adapters =
        new Adapters() {
          @Override
          public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
            return followedBy(List.of()).replicator(workload, asset, limits);
          }

          @Override
          public Router router(Route route) {
            return plane;
          }
        };
    try (var outside = new Outside(Samples.SHOP, adapters, Together.inTurn())) {
      assertThat(outside.findings())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.BLOCKS);
            assertThat(finding.code()).isEqualTo("route-unable");
            assertThat(finding.subject()).isEqualTo("route front: target");
            assertThat(finding.seen()).isEqualTo("CAP_NET_ADMIN is needed");
          });
    }
  }

  private Adapters followedBy(List<Finding> findings) {
    return new Adapters() {
      @Override
      public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
        return new Replicator() {
          @Override
          public List<Finding> preflight() {
            return findings;
          }

          @Override
          public CopySize size() {
            return new CopySize(1, 1, 1, 1);
          }

          @Override
          public DataSeen look() {
            throw new IllegalStateException("advice needs no look at the link");
          }

          @Override
          public void carryOut(DataOrder order, long epoch) {
            throw new IllegalStateException("advice orders nothing");
          }

          @Override
          public void heed(Limits other) {
            throw new IllegalStateException("advice has no limits");
          }

          @Override
          public synchronized void close() {
            closed++;
          }
        };
      }

      @Override
      public Router router(Route route) {
        throw new IllegalStateException("there is no route");
      }
    };
  }

  private Adapters rehearsingOn(Supplier<List<Finding>> findings) {
    return new Adapters() {
      @Override
      public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
        throw new IllegalStateException("no link is needed to look at rights");
      }

      @Override
      public Router router(Route route) {
        throw new IllegalStateException("no plane is needed to look at rights");
      }

      @Override
      public Optional<Sandbox> sandbox(String workload, Asset.Data asset) {
        return Optional.of(
            new Sandbox() {
              @Override
              public boolean claim() {
                throw new IllegalStateException("a look claims nothing");
              }

              @Override
              public List<Finding> preflight() {
                return findings.get();
              }

              @Override
              public List<Finding> admissible(String role) {
                throw new IllegalStateException("a look lets nobody in");
              }

              @Override
              public void admit(String role) {
                throw new IllegalStateException("a look lets nobody in");
              }

              @Override
              public void dismiss(String role) {
                throw new IllegalStateException("a look puts nobody out");
              }

              @Override
              public Asset.Data prepare() {
                throw new IllegalStateException("a look makes nothing");
              }

              @Override
              public void remove() {
                throw new IllegalStateException("a look removes nothing");
              }

              @Override
              public void close() {
                closed++;
              }
            });
      }
    };
  }
}

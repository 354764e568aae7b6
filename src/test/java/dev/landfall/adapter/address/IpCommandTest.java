package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.IpCommand.Removal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read from the words of programs; what they do is for real hosts to show. */
class IpCommandTest {
  @Test
  void connectionsThatAreLeftAreToldByTheFirstOfThem() {
    assertThat(Removal.of("left:")).isEqualTo(new Removal("", Optional.empty()));
    assertThat(Removal.of("RTNETLINK answers: no\nleft:"))
        .isEqualTo(new Removal("RTNETLINK answers: no", Optional.empty()));
    Removal left = Removal.of("left:ESTAB 0 0 192.0.2.10:80 192.0.2.20:5\nESTAB 0 0 cut off");
    assertThat(left.said()).isEmpty();
    assertThat(left.left().orElseThrow()).endsWith(": ESTAB 0 0 192.0.2.10:80 192.0.2.20:5");
  }
}

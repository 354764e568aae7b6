package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.DemoOptions.Model;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command line and the demo do not know each other; here they are held together. */
class DemoVerbTest {
  @Test
  void theCommandLineOffersTheModelsThatTheDemoHas() {
    assertThat(DemoVerb.BREAKS.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Model.values()).map(Model::word).toList());
  }

  @ParameterizedTest
  @EnumSource
  void theCommandLineOffersWhatTheDemoOfAModelCanBreak(Model model) {
    List<String> known =
        Arrays.stream(Break.values())
            .filter(each -> each != Break.NOTHING && each.models().contains(model))
            .map(Break::word)
            .toList();
    assertThat(DemoVerb.BREAKS.get(model.word())).containsExactlyInAnyOrderElementsOf(known);
    assertThat(known).allSatisfy(word -> assertThat(Break.parse(word).word()).isEqualTo(word));
  }

  @Test
  void theTextOfTheVerbSaysWhatEachBreakIs() {
    String text =
        String.join("\n", DemoVerb.class.getAnnotation(picocli.CommandLine.Command.class).footer());
    assertThat(DemoVerb.BREAKS.values().stream().flatMap(List::stream))
        .allSatisfy(word -> assertThat(text).containsPattern("(?m)^  " + word + "  "));
  }
}

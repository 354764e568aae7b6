package dev.landfall.adapter.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What values and names of columns tell, with numbers that schemes publish for tests. */
class ColumnTallyTest {
  private static List<DataKind> kinds(String column, String... values) {
    var tally = new ColumnTally(column);
    List.of(values).forEach(tally::add);
    return tally.findings().stream().map(Tally.Finding::kind).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PAYMENT_CARD | 4111111111111111",
        "PAYMENT_CARD | paid with 5555 5555 5555 4444, thanks",
        "PAYMENT_CARD | {\"pan\":\"378282246310005\"}",
        "PAYMENT_CARD | 3782-822463-10005",
        "PAYMENT_CARD | 30569309025904",
        "PAYMENT_CARD | 2223003122003222",
        "BANK_ACCOUNT | DE89370400440532013000",
        "BANK_ACCOUNT | GB29 NWBK 6016 1331 9268 19",
        "BANK_ACCOUNT | to FR1420041010050500013M02606 today",
        "EMAIL | Jo.Doe+x@mail.example.org",
        "PHONE | +44 20 7946 0958",
        "PHONE | call +1 (202) 555-0143",
        "NATIONAL_ID | 078-05-1120",
        "NATIONAL_ID | 12345678Z",
        "NATIONAL_ID | X1234567L",
        "NATIONAL_ID | 111.444.777-35",
        "NATIONAL_ID | 756.9217.0769.85",
        "NATIONAL_ID | 44051401359",
        "NATIONAL_ID | 86095742719",
        "NATIONAL_ID | 255081416802538",
        "NATIONAL_ID | RSSMRA85T10A562S",
        "NATIONAL_ID | 811228-9874",
        "CREDENTIAL | -----BEGIN RSA PRIVATE KEY-----",
        "CREDENTIAL | {\"key\": \"-----BEGIN PRIVATE KEY-----\\nMII\"}",
        "CREDENTIAL | MII\\n-----BEGIN PRIVATE KEY-----MIIE",
        "CREDENTIAL | -----BEGIN PGP PRIVATE KEY BLOCK-----",
        "CREDENTIAL | postgresql://shop:hunter2@db/shop",
      })
  void itFindsWhatIsPlantedWhateverTheColumnIsCalled(DataKind kind, String value) {
    assertThat(kinds("body", value)).containsExactly(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4111111111111112",
        "9111111111111111",
        "4444444444444444",
        "DE88370400440532013000",
        "DE8937040044053201300",
        "user at example.org",
        "0.4111111111111111",
        "2026-01-31 12:00:00+00",
        "12345678A",
        "000-05-1120",
        "order 41111111111111",
        "0b5b1a94-7cb6-4e9e-bd0e-6b3c2a2bd1d7",
        "192.168.100.200",
        "-----BEGIN CERTIFICATE-----",
        "postgresql://shop:${PASSWORD}@db/shop",
        "postgresql://shop@db:5432/shop",
        "-----BEGIN PUBLIC KEY-----",
      })
  void itTakesNothingElseForIt(String value) {
    assertThat(kinds("body", value)).isEmpty();
  }

  @Test
  void numbersThatAreRightByChanceAreNoFindingAndAreTold() {
    var random = new SplittableRandom(7);
    var tally = new ColumnTally("reference");
    for (int i = 0; i < 2_000; i++) {
      tally.add(String.valueOf(1_000_000_000_000_000L + random.nextLong(8_000_000_000_000_000L)));
      tally.add(String.valueOf(random.nextLong(10_000_000_000L, 99_999_999_999L)));
      tally.add(new UUID(random.nextLong(), random.nextLong()).toString());
    }
    assertThat(tally.findings()).isEmpty();
    assertThat(tally.byChance()).isPositive();
  }

  @Test
  void realOnesAmongSomeOthersAreAFinding() {
    var tally = new ColumnTally("reference");
    for (int i = 0; i < 3; i++) {
      tally.add("4000000000000001");
    }
    tally.add("4111111111111111");
    assertThat(tally.findings()).containsExactly(new Tally.Finding(DataKind.PAYMENT_CARD, 1));
  }

  @Test
  void aNameAloneIsEnoughAndAFlagIsNotTheNumber() {
    assertThat(kinds("email")).containsExactly(DataKind.EMAIL);
    assertThat(kinds("dateOfBirth")).containsExactly(DataKind.BIRTH);
    assertThat(kinds("Customer_First_Name")).containsExactly(DataKind.PERSON_NAME);
    assertThat(kinds("cvv")).containsExactly(DataKind.CARD_CODE);
    assertThat(kinds("password_hash")).containsExactly(DataKind.CREDENTIAL);
    assertThat(kinds("AWS_SECRET_ACCESS_KEY")).containsExactly(DataKind.CREDENTIAL);
    assertThat(kinds("home_phone", "030 901820")).containsExactly(DataKind.PHONE);
    assertThat(kinds("name")).isEmpty();
    assertThat(kinds("email_sent_at")).isEmpty();
    assertThat(kinds("company")).isEmpty();
    assertThat(kinds("stock", "030 901820")).isEmpty();
  }
}

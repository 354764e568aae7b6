package dev.landfall.adapter.classification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Probe.Observation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files hold, compared with what is declared of them; read from a real folder. */
class FileLookTest {
  private static final String MAIL = "jo.doe@mail.example";
  private static final String CARD = "4111111111111111";
  private static final String IBAN = "DE89370400440532013000";
  private static final List<String> PLANTED = List.of(MAIL, CARD, IBAN, "Zweigstein", "5555 5555");

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void shut() throws IOException {
    folder = Files.createDirectory(temporary.resolve("exports"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static Observation look(Path root, Declared declared) {
    var probe =
        new ClassificationProbe(
            Map.of(),
            List.of(root),
            declared,
            new ClassificationProbe.Bounds(1_000, true, Duration.ofSeconds(60)));
    Observation seen = probe.look();
    assertThat(seen.reason() + seen.raw()).as("places and counts only").doesNotContain(PLANTED);
    return seen;
  }

  private static Declared internal() {
    return new Declared("internal", Map.of(), Set.of(), Set.of());
  }

  private Observation look() {
    return look(folder, internal());
  }

  private Observation lookAs(String dataClass, Path named, String... readers) {
    return look(
        folder,
        new Declared(
            "internal", Map.of(dataClass, List.of(named.toString())), Set.of(), Set.of(readers)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.csv | `id,contact\n1,jo.doe@mail.example\n2,` | e-mail address, 1 of 3",
        "a.csv | `id;first_name\n1;\"Zweig;stein\"\n` | name of a person, by its name",
        "a.csv | `1,jo.doe@mail.example\n2,x` | e-mail address, 1 of 4",
        "a.CSV | `id,phone\n1,030 90182034` | telephone number, 1 of 2",
        "a.tsv | `id\tphone\n1\t030 90182034` | telephone number, 1 of 2",
        "a.tsv | `\n\tphone\n0\t030 90182034` | telephone number, 1 of 2",
        "a.json | `[{\"a\": {\"remarks\": [\"x\", \"DE89370400440532013000\"]}}]` | bank account (IBAN), 1 of 2",
        "a.json | `{\"phone\": [\"030 90182034\"]}` | telephone number, 1 of 1",
        "a.json | `{\"jo.doe@mail.example\": {\"n\": 1}}` | e-mail address, 1 of 2",
        "a.jsonl | `{\"n\": 1}\n{\"n\": 4111111111111111}` | payment card number, 1 of 2",
        "a.json | `{\"n\": 1, jo.doe@mail.example` | e-mail address, 1 of 2",
        "a.env | `export DB_PASSWORD=none` | password or key, by its name",
        "a.yaml | `mail:\n  phone: 030 90182034` | telephone number, 1 of 1",
        "a.log | `GET /?to=jo.doe@mail.example 200` | e-mail address, 1 of 1",
        "id_rsa | `-----BEGIN OPENSSH PRIVATE KEY-----` | password or key, 1 of 1",
        "jo.doe@mail.example.txt | `hello` | e-mail address, 1 of 2",
        "a.csv | `,first_name,stock\n0,Jo,1` | name of a person, by its name",
        "a.csv | `id,password,\n0,x,` | password or key, by its name",
        "a.csv | `#,password\n0,x` | password or key, by its name",
        "a.csv | `id,Amount (€),password\n0,1,x` | password or key, by its name",
        "a.csv | `sep=;\nid;password\n0;x` | password or key, by its name",
        "a.csv | `\nid;password\n0;x` | password or key, by its name",
        "a.csv | `\"a,b,c\";password\n0;x` | password or key, by its name",
        "a.tsv | `a,b,c\tpassword\n0\tx` | password or key, by its name",
        "a.json | `{\"note\": \"to jo.doe@mail.example\tor\"}` | e-mail address, 1 of 1",
        "a.json | `{\"note\": \"jo.doe@mail.example C:\\xdir\"}` | e-mail address, 1 of 1",
        "a.json | `jo.doe@mail.example` | e-mail address, 1 of 1",
        "a.json | `{\"note\": \"jo.doe@mail.example and` | e-mail address, 1 of ",
        "a.json | `{\"score\": NaN, \"password\": \"x\",}` | password or key, by its name",
        "a.json | `{] \"password\": \"x\"}` | password or key, by its name",
        "a.jsonl | `{]\n{\"password\": \"x\"}` | password or key, by its name",
        "a.env | `password=hunter2\u2028` | password or key, by its name",
        ".env.production | `DB_PASSWORD=x` | password or key, by its name",
        "a.yaml | `db: {user: joe, password: hunter2}` | password or key, by its name",
        "a.yaml | `4111111111111111: Joe` | payment card number, 1 of 2",
        "a.properties | `DE89370400440532013000=Joe` | bank account (IBAN), 1 of 2",
        "jo.doe@mail.example_2024.txt | `hello` | e-mail address, 1 of 2",
      })
  void itFindsWhatIsThereByNamesAndValues(String name, String content, String found)
      throws IOException {
    write(name, content);
    Observation seen = look();
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .startsWith("1 file of " + folder + " is more sensitive")
        .contains(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.csv | `id,stock\n1,030 90182034`",
        "a.json | `{\"4111111111111112\": 1, \"4222222222222223\": 2, \"4333333333333334\": 3, \"4111111111111111\": 4, \"4444444444444444\": 5, \"4111111111111113\": 6}`",
        "a.txt | `the password is asked for`",
        "a.csv | `id,stock\n1,2\n3,4`",
        "a.env | `PATH=/usr/bin:/bin`",
        "a.csv | `email_sent_at,company\n2026-01-31,Landfall`",
      })
  void itTakesNothingElseForIt(String name, String content) throws IOException {
    write(name, content);
    Observation seen = look();
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    assertThat(seen.raw()).contains("1 files of texts");
  }

  @Test
  void theLongestPathThatIsNamedSaysWhatAFileIs() throws IOException {
    Path file = write("people/customers.csv", "email\n" + MAIL);
    assertThat(lookAs("confidential", folder.resolve("people")).passed()).isTrue();
    assertThat(lookAs("confidential", file).passed()).isTrue();
    assertThat(lookAs("confidential", folder.resolve("people/custom")).reason())
        .contains("is confidential, declared internal")
        .contains("nothing is called " + folder.resolve("people/custom"));
    var both =
        new Declared(
            "internal",
            Map.of(
                "confidential", List.of(folder.toString()),
                "internal", List.of(file.toString())),
            Set.of(),
            Set.of());
    assertThat(look(folder, both).reason())
        .isEqualTo(
            "1 file of %s is more sensitive than declared: %s (e-mail address, 1 of 1) is confidential, declared internal"
                .formatted(folder, file));
    var cleared = new Declared("internal", Map.of(), Set.of(file.toString()), Set.of());
    assertThat(look(folder, cleared).passed()).isTrue();
  }

  @Test
  void whoeverMayReadItIsTold() throws IOException {
    Path file = write("cards.txt", CARD);
    for (Path each : List.of(temporary, folder)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertThat(lookAs("restricted", file).passed()).isTrue();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String group = Files.readAttributes(file, PosixFileAttributes.class).group().getName();
    assertThat(lookAs("restricted", file).reason())
        .isEqualTo(
            "%s can be read by the group %s, which readers does not name".formatted(file, group));
    assertThat(lookAs("restricted", file, group).passed()).isTrue();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    assertThat(lookAs("restricted", file, group).reason())
        .isEqualTo("everybody on this machine may read " + file);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    assertThat(lookAs("restricted", file, group).passed()).as("nobody else gets there").isTrue();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(lookAs("restricted", file).reason())
        .as("the group of the folder gets there")
        .isEqualTo(
            "%s can be read by the group %s, which readers does not name".formatted(file, group));
  }

  @Test
  void aNameThatIsPersonalIsNotToldEvenOnTheWay() throws IOException {
    write(MAIL + "/" + CARD + ".csv", "n\n1");
    Observation seen = look();
    assertThat(seen.reason())
        .contains(folder + "/(e-mail address)/(payment card number) (e-mail address, 1 of 2)");
    write("4111\1" + "1111\1" + "1111\1" + "1111.txt", "hello");
    assertThat(look().reason()).doesNotContain("4111");
    write("nothing/" + CARD + "/" + MAIL + ".png", "\0\1");
    assertThat(look().reason()).contains("(payment card number)/(e-mail address)");
  }

  @Test
  void whatCannotBeSeenHasToBeNamedByAPerson() throws IOException {
    write("notes.txt", "nothing to see");
    Path picture = write("scans/1.png", "\211PNG\0\0\0");
    write("scans/1.pdf", "%PDF-1.7 plain");
    write("scans/2.txt.gz", "\u001f\u008b");
    Files.write(folder.resolve("scans/2.txt.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 1});
    assertThat(look().reason())
        .startsWith(
            "3 files of %s cannot be looked into, and no class names them".formatted(folder))
        .contains(picture.toString(), "scans/1.pdf", "scans/2.txt.gz");
    assertThat(lookAs("internal", folder.resolve("scans")).passed()).isTrue();
    assertThat(lookAs("internal", picture).reason()).startsWith("2 files of ");
    var all = new Declared("restricted", Map.of(), Set.of(), Set.of());
    assertThat(look(folder, all).reason()).doesNotContain("cannot be looked into");
    for (Path each : List.of(temporary, folder, folder.resolve("scans"))) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setPosixFilePermissions(picture, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(lookAs("confidential", folder.resolve("scans")).reason())
        .contains("everybody on this machine may read " + picture);
  }

  @Test
  void whatIsNotThereOrEmptyIsNeverClean() throws IOException {
    assertThat(look().reason())
        .isEqualTo(
            "no value was read in %s, so nothing was looked at; is it empty?".formatted(folder));
    write("empty.csv", "");
    assertThat(look().reason()).startsWith("no value was read in");
    Path none = folder.resolve("none");
    assertThat(look(none, internal()).reason())
        .isEqualTo(none + " cannot be looked at to the end: there is no such file or folder");
  }

  @Test
  void whenItsTimeIsUpItSaysSo() throws IOException {
    write("a.txt", "nothing to see");
    var probe =
        new ClassificationProbe(
            Map.of(),
            List.of(folder),
            internal(),
            new ClassificationProbe.Bounds(1_000, true, Duration.ZERO));
    assertThat(probe.look().reason())
        .startsWith(folder + " cannot be looked at to the end: its time was up");
  }

  @Test
  void aLinkIsNotFollowedAndAPipeNotOpened() throws Exception {
    write("a.txt", "nothing to see");
    Path elsewhere = Files.writeString(temporary.resolve("elsewhere.txt"), MAIL);
    Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    var made = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
    assertThat(made.waitFor()).isZero();
    Observation seen = look();
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    assertThat(seen.raw()).contains("3 links, pipes and the like are not looked into");
    Path root = Files.createSymbolicLink(temporary.resolve("current"), folder);
    assertThat(look(root, internal()).passed()).as("a folder may be named by a link").isTrue();
  }

  @Test
  void ofALongFileTheBeginningTheMiddleAndTheEndAreRead() throws IOException {
    String filler = "nothing to see in this line of a long file\n".repeat(40_000);
    int middle = filler.indexOf('\n', filler.length() / 2 + 60_000) + 1;
    for (String text :
        List.of(
            MAIL + "\n" + filler,
            filler.substring(0, middle) + MAIL + "\n" + filler.substring(middle),
            filler + MAIL)) {
      write("long.log", text);
      assertThat(look().reason()).contains("(e-mail address, 1 of ");
    }
  }

  @Test
  void theEndOfALongFileIsReadWhateverItsLinesAreLike() throws IOException {
    String filler = "x".repeat(1_400_000);
    write("long.txt", filler + " " + MAIL + " ".repeat(60_000) + "\n");
    assertThat(look().reason()).contains("(e-mail address, 1 of ");
    for (String odd : List.of("", "x")) {
      write("long.txt", ("nothing\n".repeat(200_000) + odd + "\n") + "4111 1111 1111 1111");
      assertThat(look().reason()).contains("(payment card number, 1 of ");
    }
    write("long.txt", "");
    write("long.json", "[{\n\"a\": 1},\n".repeat(100_000) + "{\n\"password\": \"x\"\n}]");
    assertThat(look().reason()).contains("(password or key, by its name)");
  }

  @Test
  void whatIsBehindATextIsLookedAtOrTheFileIsNone() throws IOException {
    Path file = write("a.log", "");
    var mixed = new ByteArrayOutputStream();
    mixed.write("nothing to see\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));
    mixed.write(("to " + MAIL).getBytes(StandardCharsets.UTF_16LE));
    Files.write(file, mixed.toByteArray());
    assertThat(look().reason()).contains("1 file of " + folder + " cannot be looked into");
  }

  @Test
  void aNameThatTellsHasAPlaceBehindAnyNumberOfOthers() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      text.append("key").append(i).append("=x\n");
    }
    write("a.properties", text + "password=x\n");
    assertThat(look().reason()).contains("(password or key, by its name)");
  }

  @Test
  void aSlipOfThePenIsToldWithoutADatabaseAsWell() throws IOException {
    write("a.txt", "nothing to see");
    var slip =
        new Declared(
            "internal", Map.of("restricted", List.of("srv/exports")), Set.of("custmers"), Set.of());
    assertThat(look(folder, slip).reason()).isEqualTo("nothing is called custmers, srv/exports");
  }

  @Test
  void whatTheSystemShowsAsFilesIsNotOpened() {
    Path kernel = Path.of("/proc/kmsg");
    assertThat(look(kernel, internal()).reason())
        .isEqualTo(kernel + " cannot be looked at to the end: what is there are no files");
  }

  @Test
  void aLineThatIsMadeToTakeLongDoesNot() throws IOException {
    write("a.env", "a=" + " ".repeat(1_000_000) + "\u2028x");
    assertThat(look().passed()).isTrue();
  }

  @Test
  void aTableGoesOnByItsNamesInTheMiddleOfALongFile() throws IOException {
    write("long.csv", "n,phone\n" + "1,\n".repeat(700_000) + "1,030 90182034\n");
    assertThat(look().reason()).contains("(telephone number, 1 of ");
  }

  @Test
  void otherCharsetsAndPackedTextsAreRead() throws IOException {
    Path file = write("a.csv", "");
    Files.write(file, ("\uFEFFid,email\n1," + MAIL).getBytes(StandardCharsets.UTF_16LE));
    assertThat(look().reason()).contains("(e-mail address, 1 of 2)");
    Files.write(file, ("stra\u00dfe\nM\u00fcller " + MAIL).getBytes(StandardCharsets.ISO_8859_1));
    assertThat(look().reason()).contains("(e-mail address, 1 of ");
    Files.delete(file);
    Path packed = write("dump.csv.gz", "");
    try (var out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(packed)), StandardCharsets.UTF_8)) {
      out.write("id,phone\n1,030 90182034\n");
    }
    assertThat(look().reason()).contains("(telephone number, 1 of 2)");
  }

  @Test
  void anAddressIsFoundWhereALongLineIsCut() throws IOException {
    for (int before : new int[] {1_985, 1_990, 1_999, 2_000, 3_990}) {
      write("a.txt", "x".repeat(before) + " " + MAIL + " " + "y".repeat(5_000));
      assertThat(look().reason()).as("behind " + before).contains("(e-mail address, 1 of ");
    }
  }
}

package dev.landfall.app;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.SecretRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Looks up what a reference points to, each time anew, so that a secret can be changed while a
 * promotion runs. No message ever holds a secret.
 */
public final class Secrets {
  private static final int BYTES_MAX = 64 * 1024;

  private final Map<String, String> environment;
  private final Consumer<String> warnings;
  private final Set<Path> warned = ConcurrentHashMap.newKeySet();

  /**
   * A resolver.
   *
   * @param warnings is told, once for each file, of what should be changed and stops nothing
   */
  public Secrets(Map<String, String> environment, Consumer<String> warnings) {
    this.environment = Map.copyOf(environment);
    this.warnings = warnings;
  }

  /**
   * The secret itself: not empty; of a file, the content without one line break at its end.
   *
   * @throws OutsideException when there is none, or it cannot be read
   */
  public String resolve(SecretRef reference) {
    return reference.scheme().equals("env") ? variable(reference) : file(reference);
  }

  private String variable(SecretRef reference) {
    String value = environment.get(reference.name());
    if (value == null) {
      throw problem(
          SecretProblem.MISSING, reference, "the variable is not set; export it before the start");
    }
    return checked(value, reference);
  }

  private String file(SecretRef reference) {
    Path path = Path.of(reference.name());
    try (var in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw problem(
            SecretProblem.UNREADABLE,
            reference,
            "the file has more than 64 KiB; is it the right one?");
      }
      warnIfOpen(path);
      return checked(withoutLineBreak(text(content)), reference);
    } catch (NoSuchFileException e) {
      throw problem(SecretProblem.MISSING, reference, "there is no such file; is it mounted?");
    } catch (CharacterCodingException e) {
      throw problem(SecretProblem.UNREADABLE, reference, "the file is not UTF-8; save it as UTF-8");
    } catch (IOException e) {
      String seen = Files.isDirectory(path) ? "it is a directory" : e.getClass().getSimpleName();
      throw problem(SecretProblem.UNREADABLE, reference, seen + "; may this user read the file?");
    }
  }

  private static String text(byte[] content) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
  }

  /** Editors and {@code echo} end a file with a line break, which is no part of a password. */
  private static String withoutLineBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void warnIfOpen(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    boolean open = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    if (open && warned.add(path)) {
      warnings.accept(
          "the secret in "
              + path
              + " can be read by every user of this machine; chmod 600 "
              + path);
    }
  }

  private static String checked(String secret, SecretRef reference) {
    if (secret.isEmpty()) {
      throw problem(SecretProblem.EMPTY, reference, "it is empty; put the secret there");
    }
    return secret;
  }

  private static OutsideException problem(SecretProblem code, SecretRef reference, String seen) {
    return new OutsideException(code, "cannot read the secret " + reference + ": " + seen);
  }
}

package dev.landfall.adapter.archive;

import java.util.List;

/**
 * HTML with everything escaped. What people wrote is data: no tag, no entity and no character that
 * turns the direction of a line around gets through.
 */
final class Markup {
  private record Range(int first, int last) {}

  private static final List<Range> HIDDEN =
      List.of(
          new Range(0, 0x1f),
          new Range(0x7f, 0x9f),
          new Range(0xad, 0xad),
          new Range(0x61c, 0x61c),
          new Range(0x180e, 0x180e),
          new Range(0x200b, 0x200f),
          new Range(0x2028, 0x202e),
          new Range(0x2060, 0x206f),
          new Range(0xd800, 0xf8ff),
          new Range(0xfeff, 0xfeff),
          new Range(0xfff0, 0xffff),
          new Range(0xe0000, 0x10ffff));

  private final StringBuilder page = new StringBuilder();

  /** Adds markup of this program's own. */
  Markup raw(String markup) {
    page.append(markup);
    return this;
  }

  /** Adds a text. */
  Markup text(String text) {
    text.codePoints().forEach(this::character);
    return this;
  }

  private void character(int c) {
    switch (c) {
      case '&' -> page.append("&amp;");
      case '<' -> page.append("&lt;");
      case '>' -> page.append("&gt;");
      case '"' -> page.append("&quot;");
      case '\'' -> page.append("&#39;");
      default -> {
        if (isShown(c)) {
          page.appendCodePoint(c);
        } else {
          page.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
      }
    }
  }

  /** What has no face, or changes those around it; by number, for Unicode grows. */
  private static boolean isShown(int c) {
    return HIDDEN.stream().noneMatch(range -> c >= range.first() && c <= range.last());
  }

  /** Adds a heading. */
  Markup heading(String text) {
    return raw("<h2>").text(text).raw("</h2>\n");
  }

  /** Begins a table. */
  Markup table(String... heads) {
    raw("<table>\n<tr>");
    for (String head : heads) {
      raw("<th>").text(head).raw("</th>");
    }
    return raw("</tr>\n");
  }

  /** Adds a row of a table; the lines of a cell stand below each other. */
  Markup row(List<List<String>> cells) {
    raw("<tr>");
    for (List<String> lines : cells) {
      raw("<td>");
      for (int i = 0; i < lines.size(); i++) {
        raw(i == 0 ? "" : "<br>").text(lines.get(i));
      }
      raw("</td>");
    }
    return raw("</tr>\n");
  }

  /** Ends a table. */
  Markup endTable() {
    return raw("</table>\n");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}

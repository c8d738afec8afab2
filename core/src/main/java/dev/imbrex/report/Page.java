package dev.imbrex.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/** The page that shows the data, from the resources beside this class. */
final class Page {
  private final String template;
  private final String style;
  private final String script;

  private Page(String template, String style, String script) {
    this.template = template;
    this.style = style;
    this.script = script;
  }

  static Page load() throws IOException {
    return new Page(
        resource("report.html"),
        resource("report.css"),
        resource("model.js") + resource("list.js") + resource("files.js") + resource("page.js"));
  }

  /** Fills the template in one pass, so that a placeholder in the data is not one. */
  void writeTo(Appendable out, String title, String data) throws IOException {
    int at = 0;
    for (int mark = template.indexOf("{{"); mark >= 0; mark = template.indexOf("{{", at)) {
      int end = template.indexOf("}}", mark);
      out.append(template, at, mark);
      out.append(
          switch (template.substring(mark + 2, end)) {
            case "title" -> escaped(title);
            case "style" -> style;
            case "style-hash" -> hash(style);
            case "script" -> script;
            case "script-hash" -> hash(script);
            case "data" -> data;
            default -> throw new AssertionError(template.substring(mark, end));
          });
      at = end + 2;
    }
    out.append(template, at, template.length());
  }

  /** What a policy calls an inline element by (CSP3, hash-source). */
  private static String hash(String text) {
    byte[] digest = HexFormat.of().parseHex(Digest.sha256(text.getBytes(UTF_8)).encoded());
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Lines end as a browser sees them, whatever a checkout made of them, or the hash is wrong. */
  private static String resource(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
          .replace("\r\n", "\n");
    }
  }
}

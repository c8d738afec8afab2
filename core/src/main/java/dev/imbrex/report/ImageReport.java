package dev.imbrex.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.Image;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A picture of an image, or of two images compared: one HTML file that needs nothing else. It shows
 * the layers with their sizes, the tree of files with the layers that provide and change them, the
 * history, the config, and what is stored for nothing.
 *
 * <pre>{@code
 * ImageReport.of(image).writeTo(Path.of("image.html"));
 * ImageReport.comparing(yesterday, today).writeTo(Path.of("changes.html"));
 * }</pre>
 *
 * <p>All is read when the report is made; writing reads nothing. The same image, from a store that
 * knows the same parents of it, gives the same bytes.
 *
 * <p>Nothing that an image says can act in the file. It is data, put on the page as text; the
 * policy in the file lets a browser run the script and use the styles of this library alone, and
 * load nothing. Characters that steer a terminal or turn the direction of writing are shown by
 * their numbers.
 *
 * <p>Takes about 40 bytes for each path. Immutable; safe for use by many threads.
 */
public final class ImageReport {
  private final String title;
  private final String data;

  private ImageReport(String title, String data) {
    this.title = title;
    this.data = data;
  }

  /** A report of one image, as {@link #of(Image, ReportOptions)} with default options. */
  public static ImageReport of(Image image) throws IOException {
    return of(image, ReportOptions.defaults());
  }

  /**
   * A report of one image. Reads the layers; and files a second time that one layer has put in
   * place of others equally long, to tell whether they differ.
   *
   * @throws dev.imbrex.manifest.error.LimitExceededException if there are more paths than may be
   *     listed, or the layers hold too much
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public static ImageReport of(Image image, ReportOptions options) throws IOException {
    String title = options.title().isEmpty() ? nameOf(image) : ShownText.of(options.title());
    JsonText json = new JsonText();
    json.object().name("title").value(title);
    json.name("images").array();
    ImageFacts facts = ImageFacts.read(image, options.reading());
    facts.writeTo(json);
    json.end();
    PathTable paths = LayerPaths.read(facts.provenance().paths(), options);
    json.name("paths");
    paths.writeTo(json, options.reading().progress());
    json.name("wasted");
    paths.writeWasted(json, facts.provenance().paths().wasted());
    return new ImageReport(title, json.end().toString());
  }

  /** A report of what leads from one image to another, with default options. */
  public static ImageReport comparing(Image before, Image after) throws IOException {
    return comparing(before, after, ReportOptions.defaults());
  }

  /**
   * A report of what leads from one image to another. Files are compared by their bytes.
   *
   * @throws dev.imbrex.manifest.error.LimitExceededException if there are more paths than may be
   *     listed, or the layers hold too much
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public static ImageReport comparing(Image before, Image after, ReportOptions options)
      throws IOException {
    String title =
        options.title().isEmpty()
            ? nameOf(before) + " → " + nameOf(after)
            : ShownText.of(options.title());
    ComparedImages images = ComparedImages.read(before, after, options);
    JsonText json = new JsonText();
    json.object().name("title").value(title);
    images.writeTo(json, options.reading().progress());
    return new ImageReport(title, json.end().toString());
  }

  /**
   * Writes the file, which replaces what is there when it is complete; until then it is beside it,
   * as {@code .NAME.UUID.tmp}.
   *
   * @throws IOException if that fails; nothing is left behind then
   */
  public void writeTo(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        writeTo(out);
      }
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes the HTML in UTF-8.
   *
   * @param out stays open
   */
  public void writeTo(OutputStream out) throws IOException {
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, UTF_8), 1 << 16);
    writeTo(writer);
    writer.flush();
  }

  /**
   * Writes the HTML, which says of itself that it is in UTF-8.
   *
   * @param out stays open
   */
  public void writeTo(Appendable out) throws IOException {
    Page.load().writeTo(out, title, data);
  }

  /** The data of the page, as JSON. */
  String data() {
    return data;
  }

  private static String nameOf(Image image) {
    return image.digest().algorithm() + ":" + image.digest().shortId() + " · " + image.platform();
  }
}

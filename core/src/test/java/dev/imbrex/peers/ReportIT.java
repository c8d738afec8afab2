package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.LayerBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.report.ImageReport;
import dev.imbrex.report.ReportOptions;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports, opened and used in Chromium. {@code -Dimbrex.screenshots=DIRECTORY} keeps pictures of
 * the pages.
 */
@ExtendWith(MinimalDebian.Parameter.class)
class ReportIT {
  @TempDir static Path directory;
  private static Chromium browser;
  private static ImageStore store;
  private static Image base;

  @BeforeAll
  static void start(MinimalDebian debian) throws IOException, InterruptedException {
    browser = new Chromium(Files.createDirectory(directory.resolve("browser")));
    store = ImageStore.on(new MemoryStorage());
    base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .tarLayer("debian", debian.tar())
            .cmd("/bin/sh")
            .build();
  }

  @AfterAll
  static void end() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (store != null) {
      store.close();
    }
  }

  /** A small program and its configuration, on Debian: it changes, deletes and wastes some. */
  private static Image product() throws IOException {
    return ImageBuilder.from(base)
        .env("PATH", "/opt/app/bin:/usr/bin:/bin")
        .layer(
            "RUN apt-get install app",
            layer ->
                layer
                    .file("/opt/app/bin/app", new byte[3_000_000])
                    .file("/opt/app/lib/big.so", new byte[9_000_000])
                    .file("/etc/app.conf", "level=1\n"))
        .layer(
            "RUN rm -r /usr/share/doc && chmod 0700 /opt/app/bin/app",
            layer ->
                layer
                    .delete("/usr/share/doc")
                    .attributes("/opt/app/bin/app", old -> old.withMode(0700)))
        .layer("COPY app.conf /etc/", layer -> layer.file("/etc/app.conf", "level=2\n"))
        .label("org.opencontainers.image.title", "app")
        .user("app")
        .entrypoint("/opt/app/bin/app")
        .build();
  }

  private static Path write(String name, ImageReport report) throws IOException {
    Path html = directory.resolve(name + ".html");
    report.writeTo(html);
    return html;
  }

  private static void picture(String name) throws IOException, InterruptedException {
    byte[] png = browser.screenshot();
    assertThat(png).startsWith(0x89, 'P', 'N', 'G');
    String kept = System.getProperty("imbrex.screenshots");
    if (kept != null) {
      Files.write(Path.of(kept).resolve(name + ".png"), png);
    }
  }

  private static String row(String name) {
    return "[...document.querySelectorAll('.row')].find(r =>"
        + " r.querySelector('.text').textContent === '"
        + name
        + "')";
  }

  private static String shown(String selector) throws InterruptedException {
    return browser.evaluate("document.querySelector('" + selector + "').innerText");
  }

  private static Set<String> rows() throws InterruptedException {
    return new TreeSet<>(
        List.of(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.row .text')].map(e =>"
                        + " e.textContent).join('\\n')")
                .split("\n")));
  }

  @Test
  void showsAnImage() throws IOException, InterruptedException {
    Image image = product();
    browser.show(false, 1280, 860);
    browser.open(write("image", ImageReport.of(image, ReportOptions.defaults())));
    assertThat(rows()).contains("bin", "etc", "usr").doesNotContain("adduser.conf");
    assertThat(shown("#figures")).contains("Files", "Wasted");
    picture("image-light");

    browser.click(row("etc"));
    assertThat(rows()).contains("adduser.conf", "app.conf");
    browser.click(row("app.conf"));
    assertThat(shown("#detail")).contains("/etc/app.conf", "added", "changed: content", "8 B");
    picture("image-file");
    browser.press("ArrowUp", 38);
    browser.click(row("etc"));
    assertThat(rows()).doesNotContain("adduser.conf");
    browser.evaluate("document.querySelector('#tree').focus()");
    browser.press("Home", 36);
    browser.press("ArrowDown", 40);
    browser.press("ArrowDown", 40);
    assertThat(
            browser.evaluate(
                "document.getElementById(document.querySelector('#tree')"
                    + ".getAttribute('aria-activedescendant')).querySelector('.text').textContent"))
        .isEqualTo(image.files().list(TreePath.root()).get(2).path().name().toString());

    browser.click("document.querySelector('#search')");
    browser.type("/os-rel");
    assertThat(rows()).containsExactly("/etc/os-release", "/usr/lib/os-release");
    picture("image-search");
    browser.evaluate("document.querySelector('#search').value = ''");
    browser.evaluate("files.seek('')");

    browser.click("document.querySelector('[data-layer=\"2\"]')");
    assertThat(rows()).contains("app").doesNotContain("etc", "app.conf");
    assertThat(shown("#status")).contains("only what layer 3 did");
    picture("image-layer");
    browser.show(true, 1280, 860);
    picture("image-layer-dark");

    browser.click("document.querySelector('#tab-history')");
    assertThat(shown("#panel-history"))
        .contains("RUN apt-get install app", base.id().shortId(), "0 B");
    picture("image-history-dark");
    browser.click("document.querySelector('#tab-config')");
    assertThat(shown("#panel-config")).contains("Entrypoint", "Labels.org.opencontainers");
    picture("image-config-dark");
    browser.click("document.querySelector('#tab-waste')");
    assertThat(shown("#panel-waste")).contains("/opt/app/bin/app", "3.00 MB", "changed: mode");
    picture("image-waste-dark");
    browser.show(false, 1280, 860);
    picture("image-waste-light");

    browser.click("document.querySelector('#panel-waste .link')");
    assertThat(shown("#detail")).contains("/opt/app/bin/app", "rwx------");
    browser.show(false, 390, 844);
    picture("image-phone");
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo("true");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void comparesTwoImages() throws IOException, InterruptedException {
    browser.show(false, 1280, 860);
    Image before = ImageBuilder.from(base).layer("old", l -> l.file("/opt/old", "1234")).build();
    browser.open(write("compared", ImageReport.comparing(before, product())));
    assertThat(rows()).contains("opt", "app.conf", "old").doesNotContain("adduser.conf");
    picture("compared-light");
    browser.click("document.querySelector('#view-deleted')");
    assertThat(rows()).contains("old", "doc").doesNotContain("app.conf");
    assertThat(shown("#tree")).contains("deleted");
    browser.click("document.querySelector('#view-all')");
    assertThat(rows()).contains("etc", "bin");
    browser.click("document.querySelector('#tab-config')");
    assertThat(shown("#panel-config")).contains("Env.PATH", "User", "app");
    browser.show(true, 1280, 860);
    picture("compared-config-dark");
    browser.click("document.querySelector('#tab-history')");
    assertThat(shown("#panel-history").toUpperCase(Locale.ROOT))
        .contains("ONLY IN THE FIRST", "SHARED");
    browser.click("document.querySelector('#tab-files')");
    picture("compared-dark");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Nothing in it acts, though each text tries all it can; and what got in could do nothing. */
  @Test
  void showsHostileTextAsText() throws IOException, InterruptedException {
    String attack =
        "</script><script>window.hit=1</script><img src=x onerror=window.hit=2>"
            + "<!--<script>{{data}}\"'`\u202e\u0000\n&lt;";
    byte[] name = "a<img src=x onerror=hit=3>\n\u202e\"'`</script>".getBytes(UTF_8);
    name[0] = (byte) 0xff;
    for (int i = 0; i < name.length; i++) {
      name[i] = name[i] == '/' ? (byte) '|' : name[i];
    }
    ImageBuilder.LayerContent file =
        l ->
            l.file("/f", "abc")
                .put(TreePath.of(name), l.tree().find(TreePath.of("/f")).orElseThrow());
    Image image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(attack, file)
            .layer("link", layer -> layer.symlink("/link", "</script><b>"))
            .layer("again", file)
            .label("<script>window.hit=4</script>", attack.replace("\u0000", ""))
            .author(attack)
            .build();
    ReportOptions options = ReportOptions.defaults().withTitle(attack);
    for (ImageReport report :
        List.of(ImageReport.of(image, options), ImageReport.comparing(base, image, options))) {
      browser.show(false, 1280, 860);
      Path html = write("hostile", report);
      browser.open(html);
      for (String tab : List.of("history", "config", "files")) {
        browser.click("document.querySelector('#tab-" + tab + "')");
      }
      browser.click("document.querySelector('#search')");
      browser.type("onerror");
      browser.click("document.querySelector('.row')");
      picture("hostile");
      assertThat(browser.evaluate("window.hit")).isEqualTo("undefined");
      assertThat(browser.evaluate("document.querySelectorAll('script,img').length")).isEqualTo("2");
      assertThat(browser.evaluate("document.body.innerText"))
          .contains("\\xff<img src=x onerror=hit=3>\\x0a", "{{data}}");
      assertThat(browser.evaluate("document.documentElement.outerHTML")).doesNotContain("\u202e");
      assertThat(browser.complaints()).isEmpty();
      assertThat(browser.requests()).containsExactly(html.toUri().toString());

      browser.evaluate(
          "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit=5\"><b"
              + " onclick=\"window.hit=6\" id=b>b</b>')");
      browser.evaluate("document.getElementById('b').click()");
      browser.evaluate(
          "document.body.append(Object.assign(document.createElement('script'), {text:"
              + " 'window.hit=7'}))");
      assertThat(browser.evaluate("window.hit")).isEqualTo("undefined");
      assertThat(browser.complaints().toString()).contains("Content Security Policy");
    }
  }

  /** What it takes is published, and judged by people. */
  @Test
  void managesAHundredThousandFiles(TestReporter reporter)
      throws IOException, InterruptedException {
    Image image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer("many", layer -> fill(layer, 0, 100_000))
            .layer("some again", layer -> fill(layer, 50_000, 60_000))
            .build();
    long start = System.nanoTime();
    Path html = write("large", ImageReport.of(image));
    long made = (System.nanoTime() - start) / 1_000_000;
    browser.show(false, 1280, 860);
    long opened = browser.open(html);
    String ready = browser.evaluate("document.body.dataset.ready");
    browser.click("document.querySelector('#search')");
    browser.type("e-77777");
    assertThat(rows()).containsExactly("some-file-77777.txt".replace("some", "/dir-77/sub-7/some"));
    String first = browser.evaluate("document.querySelector('#tree').dataset.milliseconds");
    browser.evaluate("files.seek('/sub-7/')");
    String second = browser.evaluate("document.querySelector('#tree').dataset.milliseconds");
    assertThat(shown("#status")).contains("10\u202f000 paths");
    browser.click("document.querySelector('[data-layer=\"1\"]')");
    assertThat(browser.evaluate("document.querySelectorAll('.row').length < 100"))
        .isEqualTo("true");
    assertThat(Files.size(html)).isLessThan(8_000_000);
    reporter.publishEntry(
        String.format(
            "%d bytes; made in %d ms, opened in %d ms (script done at %s ms); searched in %s ms for"
                + " a name, in %s ms for a path",
            Files.size(html), made, opened, ready, first, second));
  }

  private static void fill(LayerBuilder layer, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      String path = "/dir-" + i / 1000 + "/sub-" + i / 100 % 10 + "/some-file-" + i + ".txt";
      layer.file(path, "content " + i);
    }
  }
}

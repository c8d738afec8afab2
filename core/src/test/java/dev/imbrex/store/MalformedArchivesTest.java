package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SN-S23: whatever is wrong with an archive is an error of the right type, when it is opened or,
 * for content, when that is read; and it leaves nothing behind. The archives are written by another
 * library.
 */
class MalformedArchivesTest {
  private static final byte[] TAR = new byte[1024];
  private static final String DIFF_ID = Digest.sha256(TAR).toString();
  private static final String LAYER = Digest.sha256(TAR).encoded();

  @TempDir Path directory;

  /** The entries of an archive that is right, to be made wrong. */
  private static final class Draft {
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> symlinks = new LinkedHashMap<>();
    private final Map<String, String> hardLinks = new LinkedHashMap<>();
    private final Map<String, byte[]> repeats = new LinkedHashMap<>();
    private int kept = -1;
    private boolean gzip;

    Draft file(String name, String text) {
      files.put(name, text.getBytes(UTF_8));
      return this;
    }

    Draft without(String name) {
      files.remove(name);
      return this;
    }

    byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        for (Map<String, byte[]> some : java.util.List.of(files, repeats)) {
          for (Map.Entry<String, byte[]> file : some.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
            entry.setSize(file.getValue().length);
            tar.putArchiveEntry(entry);
            tar.write(file.getValue());
            tar.closeArchiveEntry();
          }
        }
        for (Map.Entry<String, String> link : symlinks.entrySet()) {
          link(tar, link, TarConstants.LF_SYMLINK);
        }
        for (Map.Entry<String, String> link : hardLinks.entrySet()) {
          link(tar, link, TarConstants.LF_LINK);
        }
      }
      byte[] whole = bytes.toByteArray();
      if (gzip) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
          out.write(whole);
        }
        whole = compressed.toByteArray();
      }
      return kept < 0 ? whole : Arrays.copyOf(whole, kept);
    }

    private static void link(TarArchiveOutputStream tar, Map.Entry<String, String> link, byte type)
        throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(link.getKey(), type);
      entry.setLinkName(link.getValue());
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
  }

  private static String config(String diffIds) {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
        + diffIds
        + "}}";
  }

  private static String dockerManifest(String config, String tags, String layers) {
    return "[{\"Config\":" + config + ",\"RepoTags\":" + tags + ",\"Layers\":" + layers + "}]";
  }

  private static Draft docker() {
    Draft draft = new Draft();
    draft.files.put("a/layer.tar", TAR);
    return draft
        .file("c.json", config("[\"" + DIFF_ID + "\"]"))
        .file("manifest.json", dockerManifest("\"c.json\"", "[\"x:1\"]", "[\"a/layer.tar\"]"));
  }

  private static String descriptor(String type, byte[] bytes) {
    return "{\"mediaType\":\"application/vnd.oci.image."
        + type
        + "\",\"digest\":\""
        + Digest.sha256(bytes)
        + "\",\"size\":"
        + bytes.length
        + "}";
  }

  private static String index(String manifests) {
    return "{\"schemaVersion\":2,\"manifests\":" + manifests + "}";
  }

  private static String blob(byte[] bytes) {
    return "blobs/sha256/" + Digest.sha256(bytes).encoded();
  }

  private static final byte[] CONFIG = config("[\"" + DIFF_ID + "\"]").getBytes(UTF_8);
  private static final byte[] MANIFEST =
      ("{\"schemaVersion\":2,\"config\":"
              + descriptor("config.v1+json", CONFIG)
              + ",\"layers\":["
              + descriptor("layer.v1.tar", TAR)
              + "]}")
          .getBytes(UTF_8);

  private static Draft oci() {
    Draft draft = new Draft();
    draft.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    draft.file("index.json", index("[" + descriptor("manifest.v1+json", MANIFEST) + "]"));
    draft.files.put(blob(CONFIG), CONFIG);
    draft.files.put(blob(MANIFEST), MANIFEST);
    draft.files.put(blob(TAR), TAR);
    return draft;
  }

  private static Arguments docker(
      String what, Class<? extends Exception> type, Consumer<Draft> change) {
    Draft draft = docker();
    change.accept(draft);
    return Arguments.of("Docker: " + what, type, draft, true);
  }

  private static Arguments manifest(String what, Class<? extends Exception> type, String manifest) {
    return docker(what, type, draft -> draft.file("manifest.json", manifest));
  }

  private static Arguments oci(
      String what, Class<? extends Exception> type, Consumer<Draft> change) {
    Draft draft = oci();
    change.accept(draft);
    return Arguments.of("OCI: " + what, type, draft, false);
  }

  static Stream<Arguments> archives() {
    Class<MalformedContentException> malformed = MalformedContentException.class;
    Class<DigestMismatchException> mismatch = DigestMismatchException.class;
    Class<ContentNotFoundException> missing = ContentNotFoundException.class;
    Class<UnsupportedContentException> unsupported = UnsupportedContentException.class;
    String one = "[\"a/layer.tar\"]";
    return Stream.of(
        manifest("null", malformed, "null"),
        manifest("an object", malformed, "{}"),
        manifest("no JSON", malformed, "[{"),
        manifest("empty", malformed, ""),
        manifest("more than one document", malformed, "[][]"),
        manifest("null entry", malformed, "[null]"),
        manifest("no config", malformed, "[{}]"),
        manifest("config is null", malformed, dockerManifest("null", "[]", one)),
        manifest("config is a number", malformed, dockerManifest("1", "[]", one)),
        manifest("config missing", malformed, dockerManifest("\"gone\"", "[]", one)),
        manifest("config is empty", malformed, dockerManifest("\"\"", "[]", one)),
        manifest("config is a directory", malformed, dockerManifest("\"a\"", "[]", one)),
        manifest("config outside", malformed, dockerManifest("\"../c.json\"", "[]", one)),
        manifest("config is the layer", malformed, dockerManifest("\"a/layer.tar\"", "[]", one)),
        manifest("tags are a text", malformed, dockerManifest("\"c.json\"", "\"x:1\"", one)),
        manifest("tag without tag", malformed, dockerManifest("\"c.json\"", "[\"x\"]", one)),
        manifest(
            "tag is a digest",
            malformed,
            dockerManifest("\"c.json\"", "[\"x:1@" + DIFF_ID + "\"]", one)),
        manifest("tag is no name", malformed, dockerManifest("\"c.json\"", "[\"X:1\"]", one)),
        manifest(
            "tag is an id", malformed, dockerManifest("\"c.json\"", "[\"" + LAYER + "\"]", one)),
        manifest("tag is null", malformed, dockerManifest("\"c.json\"", "[null]", one)),
        manifest("no layers", malformed, dockerManifest("\"c.json\"", "[]", "null")),
        manifest("layers are a text", malformed, dockerManifest("\"c.json\"", "[]", "\"a\"")),
        manifest("layer missing", malformed, dockerManifest("\"c.json\"", "[]", "[\"b\"]")),
        manifest("layer is a directory", malformed, dockerManifest("\"c.json\"", "[]", "[\"a\"]")),
        manifest("layer outside", malformed, dockerManifest("\"c.json\"", "[]", "[\"../a\"]")),
        manifest("layer with NUL", malformed, dockerManifest("\"c.json\"", "[]", "[\"a\\u0000\"]")),
        manifest(
            "endless name",
            malformed,
            dockerManifest("\"c.json\"", "[]", "[\"" + "a/".repeat(5000) + "\"]")),
        manifest(
            "name too long",
            malformed,
            dockerManifest("\"c.json\"", "[]", "[\"" + "a".repeat(300) + "\"]")),
        manifest(
            "layer is the config", mismatch, dockerManifest("\"c.json\"", "[]", "[\"c.json\"]")),
        docker("no manifest", malformed, d -> d.without("manifest.json")),
        docker(
            "before 1.10",
            unsupported,
            d -> d.without("manifest.json").file("repositories", "{\"x\":{\"1\":\"a\"}}")),
        docker("manifest twice", malformed, d -> d.repeats.put("manifest.json", TAR)),
        docker("layer twice", malformed, d -> d.repeats.put("./a/layer.tar", TAR)),
        docker("config twice", malformed, d -> d.symlinks.put("c.json", "a/layer.tar")),
        docker(
            "link in a circle",
            malformed,
            d -> d.without("a/layer.tar").symlinks.put("a/layer.tar", "layer.tar")),
        docker(
            "hard link to itself",
            malformed,
            d -> d.without("a/layer.tar").hardLinks.put("a/layer.tar", "a/layer.tar")),
        docker(
            "link outside",
            malformed,
            d -> d.without("a/layer.tar").symlinks.put("a/layer.tar", "../../etc/passwd")),
        docker(
            "absolute link",
            malformed,
            d -> d.without("a/layer.tar").symlinks.put("a/layer.tar", "/etc/passwd")),
        docker(
            "link to nothing",
            malformed,
            d -> d.without("a/layer.tar").symlinks.put("a/layer.tar", "b")),
        docker("config is no JSON", malformed, d -> d.file("c.json", "x")),
        docker("config is an array", malformed, d -> d.file("c.json", "[]")),
        docker("diffIDs are a text", malformed, d -> d.file("c.json", config("\"x\""))),
        docker("diffID is no digest", malformed, d -> d.file("c.json", config("[\"x\"]"))),
        docker(
            "one diffID too many",
            malformed,
            d -> d.file("c.json", config("[\"" + DIFF_ID + "\",\"" + DIFF_ID + "\"]"))),
        docker(
            "one file for two layers",
            malformed,
            d ->
                d.file(
                        "c.json",
                        config("[\"" + DIFF_ID + "\",\"" + Digest.sha256(new byte[1]) + "\"]"))
                    .file(
                        "manifest.json",
                        dockerManifest("\"c.json\"", "[]", "[\"a/layer.tar\",\"./a/layer.tar\"]"))),
        docker("another layer", mismatch, d -> d.files.put("a/layer.tar", new byte[512])),
        docker(
            "another layer, compressed",
            mismatch,
            d -> d.files.put("a/layer.tar", gzip(new byte[5]))),
        docker(
            "compressed layer cut off",
            malformed,
            d -> d.files.put("a/layer.tar", Arrays.copyOf(gzip(TAR), 20))),
        docker(
            "layer in xz",
            unsupported,
            d ->
                d.files.put(
                    "a/layer.tar", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 4, 5, 6})),
        docker("cut off in the end", malformed, d -> d.kept = 700),
        docker(
            "cut off, compressed",
            malformed,
            d -> {
              d.gzip = true;
              d.kept = 200;
            }),
        docker("empty file", malformed, d -> d.kept = 0),
        oci("no marker", missing, d -> d.without("oci-layout")),
        oci("marker is no JSON", malformed, d -> d.file("oci-layout", "1")),
        oci("marker without version", malformed, d -> d.file("oci-layout", "{}")),
        oci(
            "marker of version 2",
            unsupported,
            d -> d.file("oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}")),
        oci(
            "huge marker",
            LimitExceededException.class,
            d -> d.file("oci-layout", " ".repeat(70_000))),
        oci("no index", missing, d -> d.without("index.json")),
        oci("index is no JSON", malformed, d -> d.file("index.json", "{")),
        oci("index is a manifest", malformed, d -> d.files.put("index.json", MANIFEST)),
        oci("index twice", malformed, d -> d.repeats.put("index.json", new byte[0])),
        oci(
            "index links outside",
            malformed,
            d -> d.without("index.json").symlinks.put("index.json", "../index.json")),
        oci("entry without digest", malformed, d -> d.file("index.json", index("[{}]"))),
        oci("no image", missing, d -> d.file("index.json", index("[]"))),
        oci(
            "several images",
            AmbiguousNameException.class,
            d ->
                d.file(
                    "index.json",
                    index(
                        "["
                            + descriptor("manifest.v1+json", MANIFEST)
                            + ","
                            + descriptor("manifest.v1+json", CONFIG)
                            + "]"))),
        oci(
            "no image but a layer",
            unsupported,
            d -> d.file("index.json", index("[" + descriptor("layer.v1.tar", TAR) + "]"))),
        oci("manifest missing", missing, d -> d.without(blob(MANIFEST))),
        oci("config missing", missing, d -> d.without(blob(CONFIG))),
        oci("layer missing", missing, d -> d.without(blob(TAR))),
        oci("manifest of another size", mismatch, d -> d.file(blob(MANIFEST), "{}")),
        oci("config changed", mismatch, d -> d.files.put(blob(CONFIG), new byte[CONFIG.length])),
        oci(
            "layer changed",
            mismatch,
            d -> {
              byte[] other = new byte[1024];
              other[1000] = 1;
              d.files.put(blob(TAR), other);
            }),
        oci("blob is a directory", missing, d -> d.without(blob(TAR)).file(blob(TAR) + "/x", "x")),
        oci(
            "blob links in a circle",
            malformed,
            d -> d.without(blob(TAR)).symlinks.put(blob(TAR), LAYER)),
        oci("blob twice", malformed, d -> d.repeats.put(blob(TAR), TAR)));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return compressed.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archives")
  void failsAsItShould(String what, Class<? extends Exception> type, Draft draft, boolean docker)
      throws IOException {
    Path file = Files.write(directory.resolve("archive.tar"), draft.bytes());
    Path spool = Files.createDirectory(directory.resolve("spool"));
    assertThatThrownBy(() -> readAll(file, spool, docker))
        .describedAs(what)
        .isInstanceOf(type)
        .isInstanceOf(ImageException.class)
        .message()
        .satisfies(message -> assertThat(message).contains("archive.tar"));
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void readsWhatIsNotMadeWrong() throws IOException {
    Path spool = Files.createDirectory(directory.resolve("spool"));
    readAll(Files.write(directory.resolve("docker.tar"), docker().bytes()), spool, true);
    readAll(Files.write(directory.resolve("oci.tar"), oci().bytes()), spool, false);
    Draft compressed = docker();
    compressed.gzip = true;
    compressed.files.put("a/layer.tar", gzip(TAR));
    readAll(Files.write(directory.resolve("docker.tgz"), compressed.bytes()), spool, true);
    assertThat(spool).isEmptyDirectory();
  }

  private static void readAll(Path file, Path spool, boolean docker) throws IOException {
    ArchiveOptions options = ArchiveOptions.defaults().withTemporary(spool);
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        ImageStore archive =
            ImageStore.on(
                docker ? DockerArchive.open(file, options) : OciArchive.open(file, options))) {
      for (StorageEntry entry : archive.storage().entries()) {
        assertThat(entry.target()).isNotNull();
      }
      Image image = store.add(archive.requireOnly());
      image.verify();
    }
  }
}

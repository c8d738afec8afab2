package dev.imbrex.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and helpers that keep credentials (SN-G11 to SN-G13). */
class CredentialsTest {
  private static final String SECRET = "s3cr3t";

  @TempDir Path directory;

  private static String auth(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static Credential basic(String user) {
    return new Credential.Basic(user, "pw-" + user);
  }

  private static String entry(String key, String user) {
    return "\"" + key + "\":{\"auth\":\"" + auth(user + ":pw-" + user) + "\"}";
  }

  private Credentials file(String json) throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, json);
    return Credentials.inFile(file, HelperOptions.DEFAULT.withDirectory(directory));
  }

  private Credentials auths(String... entries) throws IOException {
    return file("{\"auths\":{" + String.join(",", entries) + "}}");
  }

  @Test
  void readsAnEntryOfEachKind() throws IOException {
    Credentials credentials =
        file(
            "{\"auths\":{"
                + entry("a.example.com", "a")
                + ",\"b.example.com\":{\"username\":\"b\",\"password\":\"pw-b\"}"
                + ",\"c.example.com\":{\"auth\":\""
                + auth("x:y")
                + "\",\"identitytoken\":\"id\"}"
                + ",\"d.example.com\":{\"registrytoken\":\"reg\"}"
                + ",\"e.example.com\":{}"
                + ",\"f.example.com\":{\"auth\":\""
                + auth("f:p:q\0\0")
                + "\"}"
                + ",\"g.example.com\":{\"auth\":\""
                + auth("<token>:id2")
                + "\"}"
                + "},\"HttpHeaders\":{\"X\":\"1\"}}");
    assertThat(credentials.find("a.example.com", "x")).contains(basic("a"));
    assertThat(credentials.find("b.example.com", "x")).contains(basic("b"));
    assertThat(credentials.find("c.example.com", "x")).contains(new Credential.IdentityToken("id"));
    assertThat(credentials.find("d.example.com", "x"))
        .contains(new Credential.RegistryToken("reg"));
    assertThat(credentials.find("e.example.com", "x")).isEmpty();
    assertThat(credentials.find("f.example.com", "x")).contains(new Credential.Basic("f", "p:q"));
    assertThat(credentials.find("g.example.com", "x"))
        .contains(new Credential.IdentityToken("id2"));
    assertThat(credentials.find("h.example.com", "x")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io, https://index.docker.io/v1/, true",
    "docker.io, index.docker.io, true",
    "docker.io, docker.io, true",
    "index.docker.io, https://index.docker.io/v1/, true",
    "registry-1.docker.io, https://index.docker.io/v1/, true",
    "example.com, https://example.com/v1/, true",
    "example.com, http://example.com, true",
    "example.com, https://example.com/v2/, true",
    "EXAMPLE.com, example.COM, true",
    "example.com:5000, example.com:5000, true",
    "example.com:5000, https://example.com:5000/, true",
    "example.com, example.com:5000, false",
    "example.com:5000, example.com, false",
    "a.example.com, example.com, false",
    "example.com, example.com/team, true",
    "example.com, example.com/team/app, true",
    "example.com, example.com/team/ap, false",
    "example.com, example.com/team/app/x, false"
  })
  void findsTheKey(String host, String key, boolean found) throws IOException {
    assertThat(auths(entry(key, "a")).find(host, "team/app").isPresent()).isEqualTo(found);
  }

  @Test
  void prefersTheClosestKey() throws IOException {
    Credentials credentials =
        auths(
            entry("https://example.com/v1/", "url"),
            entry("example.com", "host"),
            entry("example.com/team", "team"),
            entry("example.com/team/app", "app"));
    assertThat(credentials.find("example.com", "team/app")).contains(basic("app"));
    assertThat(credentials.find("example.com", "team/app/deep")).contains(basic("app"));
    assertThat(credentials.find("example.com", "team/other")).contains(basic("team"));
    assertThat(credentials.find("example.com", "teamless")).contains(basic("host"));
  }

  @Test
  void knowsNothingWhereThereIsNoFile() throws IOException {
    assertThat(Credentials.inFile(directory.resolve("none")).find("a.example.com", "")).isEmpty();
    assertThat(file("{}").find("a.example.com", "")).isEmpty();
    assertThat(file("{\"auths\":null}").find("a.example.com", "")).isEmpty();
    assertThat(file("{\"auths\":{}}").find("a.example.com", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3cr3t",
        "[\"s3cr3t\"]",
        "\"s3cr3t\"",
        "{\"auths\":",
        "{\"auths\":{}} s3cr3t",
        "{\"auths\":\"s3cr3t\"}",
        "{\"auths\":[\"s3cr3t\"]}",
        "{\"auths\":7}",
        "{\"auths\":{\"h\":\"s3cr3t\"}}",
        "{\"auths\":{\"h\":[\"s3cr3t\"]}}",
        "{\"auths\":{\"h\":null}}",
        "{\"auths\":{\"h\":{\"auth\":\"s3cr3t!!\"}}}",
        "{\"auths\":{\"h\":{\"auth\":\"c3M=c3M=\"}}}",
        "{\"auths\":{\"h\":{\"auth\":7}}}",
        "{\"auths\":{\"h\":{\"auth\":[\"s3cr3t\"]}}}",
        "{\"auths\":{\"h\":{\"auth\":\"czNjcjN0\"}}}",
        "{\"auths\":{\"h\":{\"identitytoken\":{\"s3cr3t\":1}}}}",
        "{\"auths\":{\"h\":{\"registrytoken\":1}}}",
        "{\"auths\":{\"h\":{\"registrytoken\":true}}}",
        "{\"auths\":{\"h\":{\"username\":\"a:s3cr3t\",\"password\":\"s3cr3t\"}}}",
        "{\"auths\":{\"h\":{\"username\":7,\"password\":\"s3cr3t\"}}}",
        "{\"auths\":{\"h\":{\"username\":\"a\",\"password\":[\"s3cr3t\"]}}}",
        "{\"auths\":{\"h\":{\"auth\":\"YTpi\",\"auth\":\"s3cr3t\"}}}",
        "{\"credHelpers\":\"s3cr3t\"}",
        "{\"credHelpers\":{\"h\":7}}",
        "{\"credHelpers\":{\"h\":\"../s3cr3t\"}}",
        "{\"credHelpers\":{\"h\":\"a b\"}}",
        "{\"credsStore\":7}",
        "{\"credsStore\":[\"s3cr3t\"]}",
        "{\"credsStore\":\"a/s3cr3t\"}",
        "{\"credsStore\":\"a;s3cr3t\"}",
        "{\"credsStore\":\"$(s3cr3t)\"}",
        "\uFEFF{\"auths\":{}}",
        "{\"auths\":{\"h\":{\"auth\":\"\u0001\"}}}",
        "{auths:{}}",
        "{\"auths\":{},}"
      })
  void namesABrokenFileAndNotWhatIsInIt(String json) throws IOException {
    Credentials credentials = file(json);
    assertThatThrownBy(() -> credentials.find("h", "x"))
        .isInstanceOf(ImageException.class)
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET).doesNotContain("czNjcjN0"));
    if (!json.contains("cred")) {
      assertThatThrownBy(() -> credentials.find("h", "x"))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("config.json");
    }
  }

  @Test
  void namesAVariableThatIsBroken() {
    Credentials credentials =
        Credentials.fromEnvironment(
            Map.of("DOCKER_AUTH_CONFIG", "{s3cr3t"), directory, HelperOptions.DEFAULT);
    assertThatThrownBy(() -> credentials.find("h", "x"))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("DOCKER_AUTH_CONFIG")
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET));
  }

  @Test
  void saysThatAFileCannotBeRead() throws IOException {
    Files.createDirectory(directory.resolve("config.json"));
    assertThatThrownBy(() -> Credentials.inFile(directory.resolve("config.json")).find("h", "x"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void asksThePlacesOfAUserInOrder() throws IOException {
    Path home = directory.resolve("home");
    write(home.resolve(".docker/config.json"), "docker");
    write(home.resolve(".config/containers/auth.json"), "podman");
    write(directory.resolve("docker/config.json"), "docker-variable");
    write(directory.resolve("auth-file.json"), "file-variable");
    write(directory.resolve("run/containers/auth.json"), "runtime");
    write(directory.resolve("xdg/containers/auth.json"), "xdg");
    String all = "{\"auths\":{" + entry("h", "text") + "}}";
    Map<String, String> everything =
        new TreeMap<>(
            Map.of(
                "DOCKER_AUTH_CONFIG", all,
                "DOCKER_CONFIG", directory.resolve("docker").toString(),
                "REGISTRY_AUTH_FILE", directory.resolve("auth-file.json").toString(),
                "XDG_RUNTIME_DIR", directory.resolve("run").toString(),
                "XDG_CONFIG_HOME", directory.resolve("xdg").toString()));
    assertThat(find(everything, home)).contains(basic("text"));
    everything.put("DOCKER_AUTH_CONFIG", " ");
    assertThat(find(everything, home)).contains(basic("docker-variable"));
    Files.delete(directory.resolve("docker/config.json"));
    assertThat(find(everything, home)).contains(basic("file-variable"));
    everything.remove("REGISTRY_AUTH_FILE");
    assertThat(find(everything, home)).contains(basic("runtime"));
    everything.remove("XDG_RUNTIME_DIR");
    assertThat(find(everything, home)).contains(basic("xdg"));
    assertThat(find(Map.of(), home)).contains(basic("docker"));
    Files.delete(home.resolve(".docker/config.json"));
    assertThat(find(Map.of(), home)).contains(basic("podman"));
    assertThat(find(Map.of(), directory.resolve("nobody"))).isEmpty();
  }

  private static Optional<Credential> find(Map<String, String> environment, Path home)
      throws IOException {
    return Credentials.fromEnvironment(environment, home, HelperOptions.DEFAULT).find("h", "x");
  }

  private static void write(Path file, String user) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"auths\":{" + entry("h", user) + "}}");
  }

  // ---- Helpers

  private Path helper(String name, String script) throws IOException {
    Path file = directory.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private CredentialHelper helper(String name) throws IOException {
    return new CredentialHelper(
        name, HelperOptions.DEFAULT.withDirectory(directory).withTimeout(Duration.ofSeconds(20)));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void asksAHelper() throws IOException {
    helper(
        "ok",
        "read key; [ \"$1\" = get ] || exit 9\n"
            + "printf '{\"ServerURL\":\"%s\",\"Username\":\"u-%s\",\"Secret\":\"s3cr3t\"}' $key $key");
    assertThat(helper("ok").find("example.com"))
        .contains(new Credential.Basic("u-example.com", SECRET));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void takesAnIdentityTokenFromAHelper() throws IOException {
    helper("id", "cat >/dev/null; echo '{\"Username\":\"<token>\",\"Secret\":\"s3cr3t\"}'");
    assertThat(helper("id").find("example.com")).contains(new Credential.IdentityToken(SECRET));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void storesErasesAndLists() throws IOException {
    helper(
        "keep",
        "d=$(dirname $0)\ncase $1 in store) cat >$d/kept;; erase) cat >$d/erased;;"
            + " list) echo '{\"a\":\"user\"}';; esac");
    helper("keep").store("example.com", new Credential.Basic("u", SECRET));
    assertThat(directory.resolve("kept"))
        .hasContent("{\"ServerURL\":\"example.com\",\"Username\":\"u\",\"Secret\":\"s3cr3t\"}");
    helper("keep").store("example.com", new Credential.IdentityToken(SECRET));
    assertThat(directory.resolve("kept")).content().contains("\"Username\":\"<token>\"");
    helper("keep").erase("example.com");
    assertThat(directory.resolve("erased")).hasContent("example.com");
    assertThat(helper("keep").list()).isEqualTo(Map.of("a", "user"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void knowsThatAHelperKnowsNothing() throws IOException {
    helper("no", "cat >/dev/null; echo credentials not found in native keychain; exit 1");
    assertThat(helper("no").find("example.com")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo s3cr3t; exit 1",
        "echo s3cr3t >&2; exit 2",
        "echo s3cr3t",
        "echo '\"s3cr3t\"'",
        "echo '{\"Username\":\"s3cr3t\"}'",
        "echo '{\"Username\":\"s3cr3t\",\"Secret\":7}'",
        "echo '{\"Username\":[],\"Secret\":\"s3cr3t\"}'",
        "echo '{\"Username\":\"a:b\",\"Secret\":\"s3cr3t\"}'",
        "echo '{\"Secret\":\"s3cr3t\"'",
        "echo '{\"Secret\":\"s3cr3t\"} x'",
        "kill -9 $$",
        "head -c 100000 /dev/zero | tr '\\0' 's3cr3t'"
      })
  @DisabledOnOs(OS.WINDOWS)
  void tellsOfAHelperThatFailsAndNotWhatItSays(String script) throws IOException {
    helper("bad", "cat >/dev/null; " + script);
    assertThatThrownBy(() -> helper("bad").find("example.com"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("docker-credential-bad")
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void killsAHelperThatTakesTooLong() throws IOException {
    helper("slow", "exec sleep 60");
    CredentialHelper slow =
        new CredentialHelper(
            "slow",
            HelperOptions.DEFAULT.withDirectory(directory).withTimeout(Duration.ofMillis(100)));
    assertThatThrownBy(() -> slow.find("example.com"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("longer than 100 ms");
  }

  @Test
  void tellsThatThereIsNoSuchHelper() {
    assertThatThrownBy(() -> helper("missing").find("example.com"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("docker-credential-missing");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void asksTheHelperOfTheHostThenTheStoreThenTheFile() throws IOException {
    helper("one", "cat >/dev/null; echo '{\"Username\":\"one\",\"Secret\":\"pw-one\"}'");
    helper("none", "cat >/dev/null; echo credentials not found in native keychain; exit 1");
    helper(
        "hub",
        "read key; [ $key = https://index.docker.io/v1/ ] && "
            + "echo '{\"Username\":\"hub\",\"Secret\":\"pw-hub\"}'");
    String json =
        "{\"credHelpers\":{\"a\":\"one\",\"b\":\"none\",\"docker.io\":\"hub\"},\"auths\":{"
            + entry("a", "file")
            + ","
            + entry("b", "file")
            + ","
            + entry("c", "file")
            + "}%s}";
    Credentials credentials = file(json.formatted(""));
    assertThat(credentials.find("a", "x")).contains(basic("one"));
    assertThat(credentials.find("b", "x")).isEmpty();
    assertThat(credentials.find("c", "x")).contains(basic("file"));
    assertThat(credentials.find("docker.io", "library/x")).contains(basic("hub"));
    assertThat(file(json.formatted(",\"credsStore\":\"one\"")).find("c", "x"))
        .contains(basic("one"));
    Credentials falling =
        Credentials.inFile(
            directory.resolve("config.json"),
            HelperOptions.DEFAULT.withDirectory(directory).withFallThrough(true));
    assertThat(falling.find("b", "x")).contains(basic("file"));
  }

  @Test
  void comeOneAfterTheOther() throws IOException {
    Credentials one = Credentials.of("a", basic("one"));
    Credentials two = Credentials.of("a", basic("two")).or(Credentials.of("b", basic("two")));
    assertThat(one.or(two).find("a", "")).contains(basic("one"));
    assertThat(one.or(two).find("b", "")).contains(basic("two"));
    assertThat(one.or(two).find("c", "")).isEmpty();
    assertThat(Credentials.none().find("a", "")).isEmpty();
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}

package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.registry.server.RawClient.Answer;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who gets in (RFC 7617; Docker's token authentication; SN-G4 to SN-G8, SN-T14). */
class RegistryAccessTest {
  private static final Map<String, String> PASSWORDS =
      Map.of("alice", "se:cret", "bob", "p\u00e4ss");

  /** Everybody reads what is public; each user has a corner of their own. */
  private static boolean rights(Optional<String> user, String repository, RegistryAction action) {
    if (action == RegistryAction.CATALOG) {
      return user.isPresent();
    }
    return (action == RegistryAction.PULL && repository.startsWith("public/"))
        || (user.isPresent() && repository.startsWith(user.get() + "/"));
  }

  private final MovableClock clock = new MovableClock();
  private RegistryServer server;
  private RawClient guest;

  @BeforeEach
  void startOpen() throws IOException {
    server = RegistryServer.start(new MemoryStorage());
    guest = new RawClient(server);
  }

  private void start(RegistryAccess access) throws IOException {
    server.close();
    server =
        RegistryServer.start(
            new MemoryStorage(),
            RegistryServerOptions.defaults().withAccess(access).withClock(clock));
    guest = new RawClient(server);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static String basic(String user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  @Nested
  class Basic {
    @Test
    void asksForCredentials() throws Exception {
      start(RegistryAccess.basic(PASSWORDS));
      Answer answer = guest.get("/v2/").expect(401, "UNAUTHORIZED");
      assertThat(answer.header("WWW-Authenticate"))
          .isEqualTo("Basic realm=\"imbrex\", charset=\"UTF-8\"");
      assertThat(guest.head("/v2/alice/x/manifests/1").expect(401).body()).isEmpty();
      guest.post("/v2/alice/x/blobs/uploads/").expect(401);
      guest.get("/token").expect(404);
    }

    @Test
    void letsInWhoKnowsThePassword() throws Exception {
      start(RegistryAccess.basic(PASSWORDS));
      guest.with("Authorization", basic("alice", "se:cret")).get("/v2/").expect(200);
      guest.with("Authorization", basic("bob", "p\u00e4ss")).get("/v2/").expect(200);
      for (String wrong :
          new String[] {
            basic("alice", "secret"),
            basic("carol", ""),
            basic("", ""),
            "Basic",
            "Basic ?",
            "Basic YWxpY2U=",
            "Bearer x",
            "basic"
          }) {
        guest.with("Authorization", wrong).get("/v2/").expect(401, "UNAUTHORIZED");
      }
    }

    @Test
    void givesEachTheirRights() throws Exception {
      start(RegistryAccess.basic(PASSWORDS).withRights(RegistryAccessTest::rights));
      RawClient alice = guest.with("Authorization", basic("alice", "se:cret"));
      Fixture.push(alice, "alice/app", new byte[3]);
      Fixture.put(alice, "alice/app", "1", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
      alice.post("/v2/public/app/blobs/uploads/").expect(403, "DENIED");
      alice.get("/v2/bob/app/tags/list").expect(403, "DENIED");
      guest.get("/v2/public/app/tags/list").expect(404, "NAME_UNKNOWN");
      guest.get("/v2/alice/app/tags/list").expect(401);
      RawClient bob = guest.with("Authorization", basic("bob", "p\u00e4ss"));
      String blob = Fixture.sha256(new byte[3]);
      bob.get("/v2/alice/app/blobs/" + blob).expect(403);
      // What one may not read one cannot mount either.
      bob.post("/v2/bob/app/blobs/uploads/?mount=" + blob + "&from=alice/app").expect(202);
      bob.post("/v2/bob/app/blobs/uploads/?mount=" + blob).expect(202);
      assertThat(bob.get("/v2/_catalog").expect(200).text()).isEqualTo("{\"repositories\":[]}");
      assertThat(alice.get("/v2/_catalog").text()).isEqualTo("{\"repositories\":[\"alice/app\"]}");
      guest.get("/v2/_catalog").expect(401);
    }
  }

  @Nested
  class Bearer {
    private String token(Answer answer) {
      return answer.expect(200).text().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    }

    private RawClient withToken(RawClient asker, String scopes) throws Exception {
      String token = token(asker.get("/token?service=imbrex&scope=" + scopes));
      return guest.with("Authorization", "Bearer " + token);
    }

    private void start() throws IOException {
      RegistryAccessTest.this.start(
          RegistryAccess.bearer(PASSWORDS)
              .withRights(RegistryAccessTest::rights)
              .withTokenLifetime(Duration.ofSeconds(60)));
    }

    private RawClient alice() {
      return guest.with("Authorization", basic("alice", "se:cret"));
    }

    @Test
    void tellsWhereToGetAToken() throws Exception {
      start();
      String realm = "Bearer realm=\"" + server.uri() + "/token\",service=\"imbrex\"";
      assertThat(guest.get("/v2/").expect(401).header("WWW-Authenticate")).isEqualTo(realm);
      assertThat(guest.get("/v2/alice/app/manifests/1").expect(401).header("WWW-Authenticate"))
          .isEqualTo(realm + ",scope=\"repository:alice/app:pull\"");
      assertThat(guest.post("/v2/alice/app/blobs/uploads/").expect(401).header("WWW-Authenticate"))
          .isEqualTo(realm + ",scope=\"repository:alice/app:pull,push\"");
      assertThat(guest.delete("/v2/alice/app/manifests/1").expect(401).header("WWW-Authenticate"))
          .isEqualTo(realm + ",scope=\"repository:alice/app:delete\"");
      assertThat(guest.get("/v2/_catalog").expect(401).header("WWW-Authenticate"))
          .isEqualTo(realm + ",scope=\"registry:catalog:*\"");
    }

    @Test
    void givesTokensForWhatOneMayDo() throws Exception {
      start();
      RawClient writer = withToken(alice(), "repository:alice/app:pull,push");
      writer.get("/v2/").expect(200);
      Fixture.push(writer, "alice/app", new byte[3]);
      Answer refused = writer.delete("/v2/alice/app/blobs/" + Fixture.sha256(new byte[3]));
      assertThat(refused.expect(401).header("WWW-Authenticate"))
          .contains(",scope=\"repository:alice/app:delete\",error=\"insufficient_scope\"");
      RawClient all = withToken(alice(), "repository:alice/app:*&scope=registry:catalog:*");
      all.delete("/v2/alice/app/blobs/" + Fixture.sha256(new byte[3])).expect(202);
      all.get("/v2/_catalog").expect(200);
      withToken(alice(), "repository:bob/app:pull,push").get("/v2/bob/app/tags/list").expect(401);
      withToken(guest, "repository:public/a:pull").get("/v2/public/a/tags/list").expect(404);
      withToken(guest, "repository:alice/app:pull").get("/v2/alice/app/tags/list").expect(401);
    }

    @Test
    void describesTheTokens() throws Exception {
      start();
      String text = alice().get("/token?service=imbrex").expect(200).text();
      assertThat(text)
          .matches(
              "\\{\"token\":\"[A-Za-z0-9_-]{43}\",\"access_token\":\"[A-Za-z0-9_-]{43}\","
                  + "\"expires_in\":60,\"issued_at\":\"2026-01-01T00:00:00Z\"}");
      guest.with("Authorization", basic("alice", "x")).get("/token").expect(401);
      guest.put("/token", new byte[0]).expect(405);
    }

    @Test
    void letsTokensEnd() throws Exception {
      start();
      RawClient reader = withToken(alice(), "repository:alice/app:pull");
      clock.advance(Duration.ofSeconds(59));
      reader.get("/v2/alice/app/tags/list").expect(404);
      clock.advance(Duration.ofSeconds(1));
      assertThat(reader.get("/v2/alice/app/tags/list").expect(401).header("WWW-Authenticate"))
          .contains("error=\"invalid_token\"");
    }

    @Test
    void givesTokensByForm() throws Exception {
      start();
      RawClient form = guest.with("Content-Type", "application/x-www-form-urlencoded");
      Answer first =
          form.post(
              "/token",
              ("grant_type=password&username=alice&password=se%3Acret&service=imbrex"
                      + "&client_id=test&access_type=offline&scope=repository:alice/app:pull")
                  .getBytes(UTF_8));
      guest
          .with("Authorization", "Bearer " + token(first))
          .get("/v2/alice/app/tags/list")
          .expect(404);
      String refresh = first.text().replaceAll(".*\"refresh_token\":\"([^\"]*)\".*", "$1");
      Answer second =
          form.post(
              "/token",
              ("grant_type=refresh_token&refresh_token="
                      + refresh
                      + "&service=imbrex&client_id=test"
                      + "&scope=repository:alice/a:pull+repository:alice/b:pull,push")
                  .getBytes(UTF_8));
      RawClient both = guest.with("Authorization", "Bearer " + token(second));
      both.get("/v2/alice/a/tags/list").expect(404);
      both.post("/v2/alice/b/blobs/uploads/").expect(202);
      form.post("/token", "grant_type=refresh_token&refresh_token=x".getBytes(UTF_8)).expect(401);
      form.post("/token", "grant_type=password&username=alice".getBytes(UTF_8)).expect(401);
      form.post("/token", "grant_type=magic".getBytes(UTF_8)).expect(400);
      form.post("/token", new byte[70_000]).expect(413);
    }
  }

  @Test
  void neverShowsPasswords() {
    assertThat(RegistryAccess.basic(PASSWORDS)).hasToString("access by BASIC");
    assertThatThrownBy(() -> RegistryAccess.bearer(PASSWORDS).withTokenLifetime(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

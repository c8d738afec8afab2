package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token that a service gave (SN-G6).
 *
 * @param token the token
 * @param renewal when it should be replaced, shortly before its end
 * @param refreshToken what to ask with the next time in place of an identity token
 */
record AccessToken(String token, Instant renewal, Optional<String> refreshToken) {
  static final int LIMIT = 64 << 10;

  private static final JsonLimits LIMITS = JsonLimits.ofBytes(LIMIT, "tokenBytes");
  private static final long LEAST_SECONDS = 60;

  /** Later is soon enough, and a sum with it does not overflow. */
  private static final long MOST_SECONDS = Duration.ofDays(365).toSeconds();

  /**
   * Reads an answer.
   *
   * @throws MalformedContentException if it holds no token; the message shows nothing of it
   */
  static AccessToken parse(byte[] body, String what, Instant now) throws MalformedContentException {
    JsonObject json;
    try {
      json = Json.parseObject(body, what, LIMITS);
    } catch (ImageException e) {
      throw new MalformedContentException(what, "", "it is no JSON object");
    }
    String token =
        some(json, "token")
            .or(() -> some(json, "access_token"))
            .orElseThrow(() -> new MalformedContentException(what, "/token", "it has no token"));
    if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new MalformedContentException(what, "/token", "it is no token a header can hold");
    }
    long seconds = seconds(json);
    // Renewed when nine tenths are over, so that a request does not outlive its token.
    Instant renewal = now.plusSeconds(seconds - seconds / 10);
    return new AccessToken(token, renewal, some(json, "refresh_token"));
  }

  boolean isFresh(Instant now) {
    return now.isBefore(renewal);
  }

  private static long seconds(JsonObject json) {
    try {
      long told = json.findLong("expires_in").orElse(LEAST_SECONDS);
      return Math.min(Math.max(told, LEAST_SECONDS), MOST_SECONDS);
    } catch (MalformedContentException e) {
      return LEAST_SECONDS;
    }
  }

  private static Optional<String> some(JsonObject json, String name) {
    try {
      return json.findString(name).filter(text -> !text.isEmpty());
    } catch (MalformedContentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "AccessToken[hidden]";
  }
}

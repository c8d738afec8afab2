package dev.imbrex.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a request shows of who sends it.
 *
 * @param header the value of the header
 * @param secrets what in it must not get into a message
 */
record Authorization(String header, List<String> secrets) {
  static Authorization basic(String user, String password) {
    String encoded =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return new Authorization("Basic " + encoded, List.of(encoded, password));
  }

  static Authorization bearer(String token) {
    return new Authorization("Bearer " + token, List.of(token));
  }

  @Override
  public String toString() {
    return "Authorization[hidden]";
  }
}

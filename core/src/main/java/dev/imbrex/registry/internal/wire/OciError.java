package dev.imbrex.registry.internal.wire;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One error of an answer (OCI distribution-spec 1.1, "Error Codes"; SN-G32, SN-T2).
 *
 * @param code what went wrong, as it stands in the answer; {@link #known} tells which it is
 * @param message for people; may be empty
 */
public record OciError(String code, String message) {
  private static final JsonLimits LIMITS = JsonLimits.ofBytes(1 << 16, "errorBytes");

  /** An error with a known code. */
  public static OciError of(ErrorCode code, String message) {
    return new OciError(code.name(), message);
  }

  /** The code, if it is a known one. */
  public Optional<ErrorCode> known() {
    return ErrorCode.find(code);
  }

  /** The body of an answer with these errors. */
  public static byte[] print(List<OciError> errors) {
    List<JsonObject> objects =
        errors.stream()
            .map(e -> JsonObject.empty().with("code", e.code).with("message", e.message))
            .toList();
    return JsonObject.empty().withObjects("errors", objects).print();
  }

  /**
   * The errors in the body of an answer, whatever its Content-Type; none if it holds none that can
   * be read.
   */
  public static List<OciError> parse(byte[] body) {
    try {
      List<OciError> errors = new ArrayList<>();
      for (JsonObject error :
          Json.parseObject(body, "error answer", LIMITS).findObjects("errors").orElse(List.of())) {
        errors.add(new OciError(text(error, "code"), text(error, "message")));
      }
      return List.copyOf(errors);
    } catch (ImageException e) {
      // A proxy's page, or nothing at all: the status has to do.
      return List.of();
    }
  }

  private static String text(JsonObject error, String name) throws MalformedContentException {
    return error.findString(name).orElse("");
  }
}

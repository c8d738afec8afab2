package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.HttpFields;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ErrorCode;
import dev.imbrex.registry.internal.wire.OciError;
import java.io.IOException;
import java.util.List;

/** Why a request is not done: becomes an error answer (SN-T2). */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final ErrorCode code;
  private final transient HttpFields fields = new HttpFields();

  Refusal(int status, ErrorCode code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  Refusal(ErrorCode code, String message) {
    this(code.status(), code, message);
  }

  /** Adds a header field to the answer. */
  Refusal with(String name, String value) {
    fields.set(name, value);
    return this;
  }

  /** The answer. */
  HttpResponse answer() {
    HttpResponse response = answer(status, code, String.valueOf(getMessage()));
    fields.list().forEach(field -> response.with(field.name(), field.value()));
    return response;
  }

  static HttpResponse answer(int status, ErrorCode code, String message) {
    return HttpResponse.of(status)
        .withBody("application/json", OciError.print(List.of(OciError.of(code, message))));
  }
}

package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Names in the path of a URI: every byte that may not stand there as it is, as {@code %NN}. */
final class UriBytes {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String SAFE = "-._~!$&'()*+,;=:@";

  private UriBytes() {}

  static String encode(ByteString name) {
    StringBuilder text = new StringBuilder();
    for (byte b : name.toBytes()) {
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (letter || SAFE.indexOf(b) >= 0) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
    return text.toString();
  }

  /** The bytes of a raw path, which {@link java.net.URI} has found to be well-formed. */
  static ByteString decode(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int plain = 0;
    for (int percent = path.indexOf('%'); percent >= 0; percent = path.indexOf('%', plain)) {
      bytes.writeBytes(NameText.parse(path.substring(plain, percent)).toBytes());
      bytes.write(HexFormat.fromHexDigits(path, percent + 1, percent + 3));
      plain = percent + 3;
    }
    bytes.writeBytes(NameText.parse(path.substring(plain)).toBytes());
    return ByteString.of(bytes.toByteArray());
  }
}

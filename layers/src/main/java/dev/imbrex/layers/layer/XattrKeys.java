package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How extended attributes are named in PAX records (LC-A50, LC-A51). A record of a Windows layer is
 * one of the whole key, which no other system's attribute can have, and so goes wherever they go;
 * it is written as the record it was (LC-B77).
 */
final class XattrKeys {
  private static final String HEX = "0123456789ABCDEF";
  private static final ByteString WINDOWS = ByteString.of(TarFormat.WINDOWS);

  private XattrKeys() {}

  /** Whether the name cannot be a part of a PAX key as it is. */
  static boolean needsEncoding(ByteString name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.byteAt(i) == '=') {
        return true;
      }
    }
    return false;
  }

  static void putEncoded(SortedMap<ByteString, ByteString> xattrs, PaxRecords records) {
    SortedMap<ByteString, ByteString> sorted = new TreeMap<>();
    for (Map.Entry<ByteString, ByteString> xattr : xattrs.entrySet()) {
      if (needsEncoding(xattr.getKey())) {
        sorted.put(percentEncoded(xattr.getKey()), xattr.getValue());
      }
    }
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    sorted.forEach(
        (name, value) ->
            records.put(
                prefixed(TarFormat.LIBARCHIVE_XATTR, name), base64.encode(value.toBytes())));
  }

  /** They sort between the other two forms. */
  static void putWindows(SortedMap<ByteString, ByteString> xattrs, PaxRecords records) {
    for (Map.Entry<ByteString, ByteString> xattr : xattrs.entrySet()) {
      ByteString name = xattr.getKey();
      if (name.startsWith(WINDOWS) && !needsEncoding(name)) {
        records.put(name.toBytes(), xattr.getValue().toBytes());
      }
    }
  }

  static void putPlain(SortedMap<ByteString, ByteString> xattrs, PaxRecords records) {
    for (Map.Entry<ByteString, ByteString> xattr : xattrs.entrySet()) {
      if (!needsEncoding(xattr.getKey()) && !xattr.getKey().startsWith(WINDOWS)) {
        records.put(prefixed(TarFormat.SCHILY_XATTR, xattr.getKey()), xattr.getValue().toBytes());
      }
    }
  }

  private static byte[] prefixed(String prefix, ByteString name) {
    byte[] key = new byte[prefix.length() + name.length()];
    System.arraycopy(prefix.getBytes(US_ASCII), 0, key, 0, prefix.length());
    System.arraycopy(name.toBytes(), 0, key, prefix.length(), name.length());
    return key;
  }

  /** Keeps visible ASCII but for the two signs that mean something. */
  private static ByteString percentEncoded(ByteString name) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      int b = name.byteAt(i) & 0xff;
      if (b > ' ' && b < 0x7f && b != '=' && b != '%') {
        encoded.write(b);
      } else {
        encoded.write('%');
        encoded.write(HEX.charAt(b >>> 4));
        encoded.write(HEX.charAt(b & 0xf));
      }
    }
    return ByteString.of(encoded.toByteArray());
  }
}

package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Makes tar archives by hand, from the text of POSIX and of GNU tar's manual; a Latin-1 character
 * stands for the byte of its number.
 */
final class Blocks {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Blocks tar() {
    return new Blocks();
  }

  /** A header in the making: a ustar one with mode 0644, all numbers zero. */
  static final class Header {
    private final byte[] block = new byte[512];

    Header(char type, String name) {
      text(0, name);
      text(100, "0000644\0" + "0000000\0" + "0000000\0");
      text(124, "00000000000\0" + "00000000000\0");
      text(156, String.valueOf(type));
      text(257, "ustar\00000");
      text(329, "0000000\0" + "0000000\0");
    }

    static Header of(char type, String name) {
      return new Header(type, name);
    }

    Header text(int at, String text) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      System.arraycopy(bytes, 0, block, at, bytes.length);
      return this;
    }

    Header mode(int mode) {
      return text(100, String.format("%07o\0", mode));
    }

    Header uid(long uid) {
      return text(108, String.format("%07o\0", uid));
    }

    Header gid(long gid) {
      return text(116, String.format("%07o\0", gid));
    }

    Header size(long size) {
      return text(124, String.format("%011o\0", size));
    }

    Header mtime(long seconds) {
      return text(136, String.format("%011o\0", seconds));
    }

    Header link(String target) {
      return text(157, target);
    }

    Header device(long major, long minor) {
      return text(329, String.format("%07o\0%07o\0", major, minor));
    }

    Header prefix(String prefix) {
      return text(345, prefix);
    }

    Header v7() {
      Arrays.fill(block, 257, 512, (byte) 0);
      return this;
    }

    Header gnu() {
      return text(257, "ustar  \0");
    }

    byte[] bytes() {
      text(148, "        ");
      int sum = 0;
      for (byte b : block) {
        sum += b & 0xff;
      }
      text(148, String.format("%06o\0 ", sum));
      return block.clone();
    }
  }

  Blocks header(Header header) {
    return raw(header.bytes());
  }

  Blocks data(String data) {
    byte[] bytes = data.getBytes(ISO_8859_1);
    return raw(bytes).raw(new byte[-bytes.length & 511]);
  }

  Blocks file(String name, String data) {
    return header(Header.of('0', name).size(data.length())).data(data);
  }

  /** An extended header with these records, alternately key and value. */
  Blocks pax(char type, String... records) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < records.length; i += 2) {
      text.append(record(records[i], records[i + 1]));
    }
    return paxText(type, text.toString());
  }

  Blocks paxText(char type, String text) {
    return header(Header.of(type, "././@PaxHeader").size(text.length())).data(text);
  }

  Blocks gnuLong(char type, String name) {
    return header(Header.of(type, "././@LongLink").gnu().size(name.length())).data(name);
  }

  Blocks end() {
    return raw(new byte[1024]);
  }

  Blocks raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  static String record(String key, String value) {
    String rest = " " + key + "=" + value + "\n";
    int length = rest.length();
    while (String.valueOf(length).length() + rest.length() != length) {
      length = String.valueOf(length).length() + rest.length();
    }
    return length + rest;
  }
}

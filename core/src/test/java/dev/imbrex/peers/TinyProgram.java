package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Assumptions;

/** A program for Linux on amd64 that needs nothing: it prints a text and ends. */
final class TinyProgram {
  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;

  private TinyProgram() {}

  /** Leaves a test out where it cannot run. */
  static void requireHost() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "Left out: the program is for amd64");
  }

  /** An ELF file of one segment. */
  static byte[] printing(String text) {
    byte[] message = text.getBytes(US_ASCII);
    ByteBuffer code = ByteBuffer.allocate(33 + message.length).order(ByteOrder.LITTLE_ENDIAN);
    code.put((byte) 0xb8).putInt(1); // mov eax, write
    code.put((byte) 0xbf).putInt(1); // mov edi, standard output
    code.put(new byte[] {0x48, (byte) 0x8d, 0x35}).putInt(16); // lea rsi, [text]
    code.put((byte) 0xba).putInt(message.length); // mov edx, length
    code.put(new byte[] {0x0f, 0x05}); // syscall
    code.put((byte) 0xb8).putInt(60); // mov eax, exit
    code.put(new byte[] {0x31, (byte) 0xff, 0x0f, 0x05}); // xor edi, edi; syscall
    code.put(message);
    long size = (long) HEADERS + code.position();
    ByteBuffer file = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 2).putShort((short) 62).putInt(1);
    file.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
    file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    file.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
    file.putLong(size).putLong(size).putLong(0x1000);
    file.put(code.array(), 0, code.position());
    return file.array();
  }
}

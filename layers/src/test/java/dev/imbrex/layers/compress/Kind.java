package dev.imbrex.layers.compress;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Sorts of data that lead the encoder down different ways. */
enum Kind {
  ZEROS,
  NOISE,
  FEW_SYMBOLS,
  WORDS,
  PERIODS,
  CLASSES,
  MIXED;

  private static final List<Kind> ALL = List.of(values());

  static Kind any(Random random) {
    return ALL.get(random.nextInt(ALL.size()));
  }

  byte[] make(Random random, int size) {
    if (this != MIXED) {
      return bytes(random, size);
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; ) {
      int length = Math.min(size - i, 1 + random.nextInt(60_000));
      Kind kind = ALL.get(random.nextInt(ALL.size() - 1));
      System.arraycopy(kind.bytes(random, length), 0, bytes, i, length);
      i += length;
    }
    return bytes;
  }

  byte[] bytes(Random random, int size) {
    byte[] bytes = new byte[size];
    switch (this) {
      case NOISE -> random.nextBytes(bytes);
      case FEW_SYMBOLS -> fill(bytes, i -> (byte) (random.nextInt(3) * random.nextInt(2)));
      case WORDS -> words(random, bytes, 400, 2, 10);
      case CLASSES -> words(random, bytes, 5000, 1, 40);
      case PERIODS -> {
        int period = 1 + random.nextInt(40_000);
        fill(bytes, i -> i < period ? (byte) random.nextInt() : bytes[i - period]);
      }
      default -> Arrays.fill(bytes, (byte) 0);
    }
    return bytes;
  }

  private interface Source {
    byte at(int index);
  }

  private static void fill(byte[] bytes, Source source) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = source.at(i);
    }
  }

  private static void words(Random random, byte[] bytes, int count, int least, int most) {
    byte[][] words = new byte[count][];
    for (int i = 0; i < count; i++) {
      words[i] = new byte[least + random.nextInt(most - least)];
      fill(words[i], at -> (byte) ('a' + Math.abs(random.nextGaussian() * 8)));
    }
    for (int i = 0; i < bytes.length; ) {
      byte[] word = words[(int) Math.min(count - 1, Math.abs(random.nextGaussian()) * count / 3)];
      int length = Math.min(word.length, bytes.length - i);
      System.arraycopy(word, 0, bytes, i, length);
      i += length;
    }
  }
}

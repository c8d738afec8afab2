package demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/** Counts the words of a poem. */
public final class Counter {
  private Counter() {}

  /** Starts the program. */
  public static void main(String[] args) throws IOException {
    try (InputStream in = Counter.class.getResourceAsStream("/poem.txt")) {
      String poem = new String(in.readAllBytes(), UTF_8).replace('\n', ' ');
      System.out.println(Words.of(poem).size() + " words");
    }
  }
}

package demo;

/** Greets. */
public final class Greeter {
  private Greeter() {}

  /** Starts the program. */
  public static void main(String[] args) {
    String whom = args.length > 0 ? args[0] : "world";
    System.out.println(String.join(" ", Words.of("  Hello from an image,   " + whom)));
  }
}

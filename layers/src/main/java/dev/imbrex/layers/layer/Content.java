package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file that goes into a layer, by reference: from memory, a file, a resource or a
 * stream that can be opened again. The size is fixed when the content is made; a source that has
 * another one when it is written fails the writing, with both sizes (LC-A57).
 *
 * <p>Immutable as far as the source is. Contents in memory are equal if their bytes are; others are
 * equal only to themselves.
 */
public abstract sealed class Content implements FileContent {
  /** Opens a stream of the same bytes, from the first one on, each time it is called. */
  @FunctionalInterface
  public interface Opener {
    /**
     * A new stream, which whoever called closes.
     *
     * @throws IOException if the bytes cannot be had
     */
    InputStream open() throws IOException;
  }

  private static final Content EMPTY = new InMemory(new byte[0]);

  private Content() {}

  /** No bytes. */
  public static Content empty() {
    return EMPTY;
  }

  /** A copy of these bytes. */
  public static Content of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new InMemory(bytes.clone());
  }

  /**
   * This text in UTF-8.
   *
   * @throws IllegalArgumentException if the text holds half of a surrogate pair
   */
  public static Content text(String text) {
    return new InMemory(ByteString.of(text).toBytes());
  }

  /**
   * The bytes of a regular file. A symbolic link is not followed (LC-A59).
   *
   * @throws UnsupportedContentException if it is no regular file
   * @throws IOException if it is not there or cannot be looked at
   */
  public static Content file(Path file) throws IOException {
    return new OfFile(file, requireRegular(file).size());
  }

  /**
   * The bytes of a resource as {@link Class#getResourceAsStream} finds it. They are read once now,
   * for their number, and again when the content is opened. In a named module the resource must be
   * in a package that is open to this library.
   *
   * @throws ContentNotFoundException if there is none of this name
   * @throws IOException if it cannot be read
   */
  public static Content resource(Class<?> beside, String name) throws IOException {
    requireNonNull(name);
    return resource(
        () -> beside.getResourceAsStream(name), "resource " + name + " beside " + beside.getName());
  }

  /**
   * The bytes of a resource as {@link ClassLoader#getResourceAsStream} finds it, as above.
   *
   * @throws ContentNotFoundException if there is none of this name
   * @throws IOException if it cannot be read
   */
  public static Content resource(ClassLoader loader, String name) throws IOException {
    requireNonNull(name);
    return resource(() -> loader.getResourceAsStream(name), "resource " + name);
  }

  /**
   * The bytes of streams.
   *
   * @param size how many bytes each stream gives
   * @param opener gives a new stream of the same bytes each time
   * @throws IllegalArgumentException if the size is negative
   */
  public static Content stream(long size, Opener opener) {
    if (size < 0) {
      throw new IllegalArgumentException("A content cannot have " + size + " bytes");
    }
    return new OfStreams(size, requireNonNull(opener));
  }

  private static Content resource(Resource resource, String what) throws IOException {
    Opener opener =
        () -> {
          InputStream in = resource.find();
          if (in == null) {
            throw new ContentNotFoundException("There is no " + what);
          }
          return in;
        };
    try (InputStream in = opener.open()) {
      return new OfStreams(in.transferTo(OutputStream.nullOutputStream()), opener);
    }
  }

  private static BasicFileAttributes requireRegular(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new UnsupportedContentException(file + " is not a regular file");
    }
    return attributes;
  }

  /** Finds a resource, or does not. */
  private interface Resource {
    @Nullable InputStream find();
  }

  private static final class InMemory extends Content {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InMemory that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  private static final class OfFile extends Content {
    private final Path file;
    private final long size;

    OfFile(Path file, long size) {
      this.file = file;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    /** Looks first, for opening a named pipe can block forever (LC-G8). */
    @Override
    public InputStream open() throws IOException {
      requireRegular(file);
      try {
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        // Some file systems, as that of zip files, know the option only where they have links.
        return Files.newInputStream(file);
      }
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  private static final class OfStreams extends Content {
    private final long size;
    private final Opener opener;

    OfStreams(long size, Opener opener) {
      this.size = size;
      this.opener = opener;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public InputStream open() throws IOException {
      return opener.open();
    }

    @Override
    public String toString() {
      return "a stream of " + size + " bytes";
    }
  }
}

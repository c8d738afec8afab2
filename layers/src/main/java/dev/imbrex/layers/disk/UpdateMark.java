package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileHandle;
import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a directory that says how far an update of it has come (LC-B78): by its name,
 * {@code .NAME.imbrex-staged} as long as the directory is as it was but for one directory in it,
 * and {@code .NAME.imbrex-incomplete} from the first change on. It holds the name of the one
 * directory, and the time that the directory had.
 *
 * <p>Closing it takes back what can be taken back: a mark of the second kind stays.
 */
final class UpdateMark implements Closeable {
  private static final String STAGED = ".imbrex-staged";
  private static final String CHANGED = ".imbrex-incomplete";
  private static final Pattern TEXT =
      Pattern.compile("(\\.imbrex-[0-9a-f]{16}) (-?\\d{1,12}) (\\d{1,9})\n");

  private final DirectoryHandle holder;
  private final DirectoryHandle directory;
  private final Path place;
  private final ByteString name;
  private final @Nullable Instant time;
  private final ByteString staging;
  private boolean changed;
  private boolean removed;

  private UpdateMark(
      DirectoryHandle holder,
      DirectoryHandle directory,
      Path place,
      ByteString name,
      ByteString staging,
      @Nullable Instant time) {
    this.holder = holder;
    this.directory = directory;
    this.place = place;
    this.name = name;
    this.staging = staging;
    this.time = time;
  }

  /**
   * Refuses a directory with a mark.
   *
   * @param attempt what is attempted, for the message: a verb
   */
  static void requireNone(FileCalls calls, Path directory, String attempt) throws IOException {
    Path place;
    try {
      place = directory.toRealPath();
    } catch (FileSystemException e) {
      // There is nothing to have a mark, as whoever opens it will say.
      return;
    }
    Path parent = place.getParent();
    if (parent == null) {
      return;
    }
    try (DirectoryHandle holder = calls.open(parent)) {
      requireNone(holder, calls.nameOf(place), place, attempt);
    } catch (AccessDeniedException e) {
      // Who may not look beside the directory cannot have begun an update of it.
      return;
    }
  }

  private static void requireNone(
      DirectoryHandle holder, ByteString name, Path place, String attempt) throws IOException {
    for (String kind : new String[] {CHANGED, STAGED}) {
      ByteString mark = mark(name, kind);
      if (isThere(holder, mark)) {
        throw new IncompleteDirectoryException(
            attempt, place.toString(), mark.toString(), kind.equals(CHANGED));
      }
    }
  }

  /**
   * Makes the mark of an update that begins.
   *
   * @param place a path without links
   * @throws UnsupportedContentException if it is a root
   */
  static UpdateMark begin(FileCalls calls, Path place) throws IOException {
    DirectoryHandle holder = calls.open(holderOf(place));
    try {
      ByteString name = calls.nameOf(place);
      requireNone(holder, name, place, "update");
      DirectoryHandle directory = holder.openDirectory(name);
      try {
        Instant time = directory.status().mtime();
        ByteString staging = Staging.newName();
        UpdateMark mark = new UpdateMark(holder, directory, place, name, staging, time);
        mark.write(time);
        return mark;
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (FileAlreadyExistsException e) {
      holder.close();
      throw new IncompleteDirectoryException("update", place.toString(), e.getFile(), false);
    } catch (IOException | RuntimeException e) {
      holder.close();
      throw e;
    }
  }

  /** The mark that is there, for the caller to close; empty if there is none. */
  static Optional<UpdateMark> find(FileCalls calls, Path place) throws IOException {
    DirectoryHandle holder = calls.open(holderOf(place));
    try {
      ByteString name = calls.nameOf(place);
      boolean changed = isThere(holder, mark(name, CHANGED));
      if (!changed && !isThere(holder, mark(name, STAGED))) {
        holder.close();
        return Optional.empty();
      }
      DirectoryHandle directory = holder.openDirectory(name);
      try {
        UpdateMark mark =
            read(holder, directory, place, name, mark(name, changed ? CHANGED : STAGED));
        mark.changed = changed;
        return Optional.of(mark);
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      holder.close();
      throw e;
    }
  }

  private static Path holderOf(Path place) throws UnsupportedContentException {
    Path holder = place.getParent();
    if (holder == null) {
      throw new UnsupportedContentException(
          "cannot update " + place + ": beside a root there is no place to mark it incomplete");
    }
    return holder;
  }

  /** What was cut short says nothing; nothing was staged by then. */
  private static UpdateMark read(
      DirectoryHandle holder,
      DirectoryHandle directory,
      Path place,
      ByteString name,
      ByteString mark)
      throws IOException {
    Matcher text;
    try (InputStream in = Channels.newInputStream(holder.openFile(mark))) {
      text = TEXT.matcher(new String(in.readNBytes(100), US_ASCII));
    }
    if (!text.matches()) {
      return new UpdateMark(holder, directory, place, name, Staging.newName(), null);
    }
    Instant time =
        Instant.ofEpochSecond(Long.parseLong(text.group(2)), Integer.parseInt(text.group(3)));
    return new UpdateMark(holder, directory, place, name, ByteString.of(text.group(1)), time);
  }

  private static ByteString mark(ByteString name, String kind) {
    byte[] bytes = new byte[1 + name.length() + kind.length()];
    bytes[0] = '.';
    System.arraycopy(name.toBytes(), 0, bytes, 1, name.length());
    System.arraycopy(kind.getBytes(US_ASCII), 0, bytes, 1 + name.length(), kind.length());
    return ByteString.of(bytes);
  }

  private static boolean isThere(DirectoryHandle holder, ByteString name) throws IOException {
    if (!holder.canHold(name)) {
      return false;
    }
    try {
      holder.status(name);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void write(Instant at) throws IOException {
    String text = staging + " " + at.getEpochSecond() + " " + at.getNano() + "\n";
    try (FileHandle file = holder.createFile(mark(name, STAGED))) {
      file.out().write(text.getBytes(US_ASCII));
    }
  }

  /** The name of the one directory that is new in the directory. */
  ByteString staging() {
    return staging;
  }

  /** Whether the directory is no longer as it was. */
  boolean isChanged() {
    return changed;
  }

  /** Says that from now on the directory is no longer as it was. */
  void change() throws IOException {
    if (!changed) {
      holder.move(mark(name, STAGED), holder, mark(name, CHANGED));
      changed = true;
    }
  }

  /** Takes away what the update prepared, if it is still there. */
  void removeStaging() throws IOException {
    TreeRemoval.remove(directory, staging);
  }

  /** Takes the mark away: the directory is as it should be. */
  void remove() throws IOException {
    holder.deleteFile(mark(name, changed ? CHANGED : STAGED));
    removed = true;
  }

  /** The refusal of what the mark stands against. */
  IncompleteDirectoryException refusal(String attempt) {
    String shown = mark(name, changed ? CHANGED : STAGED).toString();
    return new IncompleteDirectoryException(attempt, place.toString(), shown, changed);
  }

  @Override
  public void close() throws IOException {
    try (holder;
        directory) {
      if (!changed && !removed) {
        removeStaging();
        if (time != null) {
          // What was made in it and removed has touched it.
          directory.attributes().setMtime(time);
        }
        remove();
      }
    }
  }
}

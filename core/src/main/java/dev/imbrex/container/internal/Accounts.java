package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The users and groups that the file system itself knows, from its {@code /etc/passwd} and {@code
 * /etc/group} as they are at the moment. Lines that make no sense count for nothing, and so does
 * what is beyond the first MiB.
 */
final class Accounts {
  private static final int MOST = 1 << 20;

  private final VirtualFileSystem fileSystem;
  private final AtomicReference<Table> users = new AtomicReference<>(Table.NONE);
  private final AtomicReference<Table> groups = new AtomicReference<>(Table.NONE);

  Accounts(VirtualFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** What was read of one version of a file. */
  private record Table(long inode, long version, Map<String, Long> ids, Map<Long, String> names) {
    static final Table NONE = new Table(-1, 0, Map.of(), Map.of());
  }

  /** The number of a name, or of a number as text that is no name. */
  OptionalLong id(String name, boolean group) throws IOException {
    Long id = table(group).ids().get(name);
    return id == null ? number(name) : OptionalLong.of(id);
  }

  /** The name of a number; the number as text, if there is none, or it cannot be read. */
  String name(long id, boolean group) {
    try {
      return table(group).names().getOrDefault(id, Long.toString(id));
    } catch (IOException | RuntimeException e) {
      return Long.toString(id);
    }
  }

  private Table table(boolean group) throws IOException {
    AtomicReference<Table> known = group ? groups : users;
    Optional<FileInode> found = find(fileSystem.getPath(group ? "/etc/group" : "/etc/passwd"));
    if (found.isEmpty()) {
      return Table.NONE;
    }
    FileInode file = found.get();
    long version = file.data().version();
    Table table = known.get();
    if (table == null || table.inode() != file.number() || table.version() != version) {
      table = read(file, version);
      known.set(table);
    }
    return table;
  }

  private Optional<FileInode> find(VirtualPath path) throws IOException {
    return fileSystem.locked(
        namespace -> {
          try {
            return PathWalk.find(namespace, path, true).inode() instanceof FileInode file
                ? Optional.of(file)
                : Optional.empty();
          } catch (FileSystemException e) {
            return Optional.empty();
          }
        });
  }

  private Table read(FileInode file, long version) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST, file.data().size()));
    try (LowerCursor cursor = new LowerCursor(fileSystem.lowers())) {
      int read = 0;
      while (read >= 0 && bytes.hasRemaining()) {
        read = file.data().read(cursor, bytes, bytes.position());
      }
    }
    Table table = new Table(file.number(), version, new HashMap<>(), new HashMap<>());
    String text = NameText.of(ByteString.of(bytes.array(), 0, bytes.position()));
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split(":", -1);
      OptionalLong id = fields.length < 3 ? OptionalLong.empty() : number(fields[2]);
      if (id.isPresent() && !fields[0].isEmpty()) {
        table.ids().putIfAbsent(fields[0], id.getAsLong());
        table.names().putIfAbsent(id.getAsLong(), fields[0]);
      }
    }
    return table;
  }

  private static OptionalLong number(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 10;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    long number = digits ? Long.parseLong(text) : -1;
    return number < 0 || number > Metadata.MAX_ID ? OptionalLong.empty() : OptionalLong.of(number);
  }
}

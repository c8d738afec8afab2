package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Diff and apply on a real root file system and a changed copy of it, judged by {@code find},
 * {@code getfattr}, {@code diff}, GNU tar, bsdtar and umoci. {@code -Dimbrex.rootfs=FILE} names
 * another root file system than a minimal Debian.
 */
@ExtendWith(MinimalDebian.Parameter.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RealTreeIT {
  private static final DiffOptions EXACT =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true);

  /**
   * Changes of every sort (LC-A1 to LC-A8, LC-A18 to LC-A29), some of which leave no other trace.
   */
  private static final String MUTATE =
      """
      set -e
      rm -rf usr/share/doc/b* var/cache etc/issue
      mv usr/share/zoneinfo usr/share/zones 2>/dev/null || mv usr/share/common-licenses usr/share/zones
      chmod 0700 usr/bin/perl
      chmod 01777 opt
      chown 5:6 usr/lib/os-release
      chown -h 7:8 bin 2>/dev/null || true
      for file in $(find usr/lib -type f -name '*.so*' | sort | head -40); do printf x >>$file; done
      ln usr/bin/perl usr/bin/perl-too
      first=$(find . -xdev -type f -links +1 | sort | head -1)
      if [ -n "$first" ]; then cp -p "$first" split && mv split "$first"; fi
      rm -f etc/debian_version && mkdir etc/debian_version && touch etc/debian_version/file
      ln -s /usr var/cache
      rm -rf srv && printf file >srv
      ln -sfn nowhere usr/lib/dangling
      for file in usr/bin/env usr/bin/perl; do
        setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 $file
      done
      setfattr -n user.name -v value usr/bin
      setfattr -n trusted.name -v value etc/passwd
      mkfifo run/pipe
      mknod dev/own c 5 300
      mkdir -p new/empty new/deep/er
      printf 'odd' >"new/$(printf 'n\\377\\n e')"
      touch -h -d @-2 new/deep
      # The same size and time, but not the same bytes.
      touch -r usr/bin/mount /tmp/$$.time
      printf Z | dd of=usr/bin/mount bs=1 seek=1000 conv=notrunc status=none
      touch -r /tmp/$$.time usr/bin/mount && rm /tmp/$$.time
      # Here and there in all of it; each line has files of its own.
      find usr/share usr/lib app -xdev -type f -print0 2>/dev/null | sort -z >/tmp/$$.files
      each() { sed -z -n "$1~97p" /tmp/$$.files | xargs -0 -r sh -c "for f; do $2 || exit; done" sh; }
      each 7 'printf y >>"$f"'
      each 11 'rm "$f"'
      each 13 'chmod 0640 "$f"'
      each 17 'chown 11:12 "$f"'
      each 19 'rm "$f" && mkdir "$f" && touch "$f/in"'
      each 23 'ln "$f" "$f.too"'
      each 29 'rm "$f" && ln -s elsewhere "$f"'
      each 31 'setfattr -n user.i -v j "$f"'
      each 37 'touch -d @77.5 "$f"'
      each 41 'mv "$f" "$f.moved"'
      rm /tmp/$$.files
      """;

  @TempDir static Path directory;

  private static Path rootfs;
  private static FileTree before;
  private static FileTree after;
  private static List<LayerEntry> layer;

  @BeforeAll
  static void makeTrees(MinimalDebian debian) throws Exception {
    Program.requireRoot();
    rootfs = debian.tar();
    Program.find("getfattr");
    DirectoryWriter.write(TarTree.read(rootfs), path("a"), ExtractOptions.trusted());
    Program.find("cp").run("-a", "" + path("a"), "" + path("b"));
    shell("cd \"$1\"\n" + MUTATE, path("b"));
    before = DirectoryScanner.scan(path("a"));
    after = DirectoryScanner.scan(path("b"));
    layer = TreeDiff.between(before, after, EXACT);
    assertThat(layer).hasSizeGreaterThan(100);
  }

  @AfterAll
  static void removeTrees() throws Exception {
    shell("rm -rf \"$1\"/*", directory);
  }

  private static Path path(String name) {
    return directory.resolve(name);
  }

  private static String shell(String script, Path argument) throws Exception {
    return new String(
        Program.find("sh").runForBytes("-c", script, "sh", argument.toString()), ISO_8859_1);
  }

  /** Everything of a directory that counts (LC-M4), by other means than ours. */
  private static String listing(Path root) throws Exception {
    return shell(
        """
        cd "$1"
        find . -type d -printf '%p %y %m %U:%G %T@\\0' | sort -z | tr '\\0' '\\n'
        find . ! -type d -printf '%p %y %m %U:%G %T@ %s %l %n\\0' | sort -z | tr '\\0' '\\n'
        find . -type f -links +1 -printf '%i %p\\n' | sort -k2 | awk '{if(!($1 in f))f[$1]=$2; print $2, f[$1]}'
        find . \\( -type c -o -type b \\) -print0 | sort -z | xargs -0 -r stat -c '%n %t:%T'
        find . -type f -print0 | sort -z | xargs -0 -r md5sum
        find . -print0 | sort -z | xargs -0 -r getfattr -h -d -m - -e hex --absolute-names -- 2>/dev/null
        """,
        root);
  }

  /** LC-F1, LC-F15: GNU tar makes of the file what we make of it. */
  @Test
  void extractsAsGnuTarDoes() throws Exception {
    Files.createDirectory(path("gnu"));
    Program.find("tar")
        .run(
            "-xpf",
            "" + rootfs,
            "--xattrs",
            "--xattrs-include=*",
            "--numeric-owner",
            "-C",
            "" + path("gnu"));
    assertThat(TreeDiff.between(DirectoryScanner.scan(path("gnu")), before, EXACT)).isEmpty();
    DirectoryWriter.write(TarTree.read(rootfs), path("ours"), ExtractOptions.trusted());
    assertSame(listing(path("ours")), listing(path("gnu")));
  }

  /** LC-F1, LC-F2, LC-A6, LC-E2: the layer makes the one tree of the other, on disk too. */
  @Test
  void theLayerLeadsFromOneTreeToTheOther() throws Exception {
    DirectoryWriter.write(before, path("updated"), ExtractOptions.trusted());

    DirectoryUpdate.apply(
        layer,
        path("updated"),
        ScanOptions.standard(),
        ExtractOptions.trusted(),
        Findings.strict(),
        Progress.none());

    assertSame(listing(path("updated")), listing(path("b")));
    FileTree updated = DirectoryScanner.scan(path("updated"));
    assertThat(TreeDiff.between(updated, after, EXACT)).isEmpty();
  }

  private static Path write(List<LayerEntry> entries, String name, TimePolicy times)
      throws IOException {
    Path file = path(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      LayerWriter.write(entries, LayerOptions.defaults().withTimes(times), out);
    }
    return file;
  }

  /** LC-F15: other programs read the tree from our archive. */
  @Test
  void otherProgramsReadTheTreeFromOurArchive() throws Exception {
    Path tar =
        write(TreeDiff.between(FileTree.empty(), after, EXACT), "all.tar.gz", TimePolicy.nanos());
    String expected = listing(path("b"));
    List<String[]> programs = new ArrayList<>();
    programs.add(
        new String[] {
          "tar", "-xpf", "" + tar, "--xattrs", "--xattrs-include=*", "--numeric-owner"
        });
    programs.add(new String[] {"bsdtar", "-xpf", "" + tar, "--numeric-owner", "--xattrs"});
    for (String[] program : programs) {
      Path target = Files.createDirectory(path("by-" + program[0]));
      List<String> arguments = new ArrayList<>(List.of(program).subList(1, program.length));
      arguments.addAll(List.of("-C", target.toString()));
      Program.find(program[0]).run(arguments.toArray(String[]::new));
      assertSame(withoutRoot(listing(target)), withoutRoot(expected));
    }
  }

  /** Whether the root has an entry depends on its attributes (LC-A15). */
  private static String withoutRoot(String listing) {
    return listing
        .lines()
        .filter(line -> !line.startsWith(". d "))
        .collect(Collectors.joining("\n"));
  }

  /** LC-E2, LC-F15: umoci applies both layers, whiteouts and all, to the same tree. */
  @Test
  void umociUnpacksBothLayersToTheTree() throws Exception {
    Program umoci = Program.find("umoci");
    Path layout = path("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer("root file system", TreeDiff.between(FileTree.empty(), before, EXACT))
              .layer("changes", layer)
              .build();
      store.tag("changed:1", image);
      umoci.run("raw", "unpack", "--image", layout + ":changed:1", "" + path("umoci"));
      image.extractTo(path("extracted"), ExtractOptions.trusted());
    }
    String expected = wholeSeconds(listing(path("b")));
    assertSame(wholeSeconds(listing(path("umoci"))), expected);
    assertSame(wholeSeconds(listing(path("extracted"))), expected);
  }

  /** What differs, and not the thousands of lines that do not. */
  private static void assertSame(List<String> found, List<String> expected) {
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(new HashSet<>(found));
    List<String> surplus = new ArrayList<>(found);
    surplus.removeAll(new HashSet<>(expected));
    assertThat(surplus).as("surplus, while missing is %s", missing).isEmpty();
    assertThat(missing).as("missing").isEmpty();
    assertThat(found).hasSameSizeAs(expected).hasSizeGreaterThan(1000);
  }

  private static void assertSame(String found, String expected) {
    assertSame(found.lines().toList(), expected.lines().toList());
  }

  /** Whole seconds are what the layers of an image have (LC-A47). */
  private static String wholeSeconds(String listing) {
    return withoutRoot(listing).replaceAll("(?m)( \\d+:\\d+ -?\\d+)\\.\\d{10}", "$1.0000000000");
  }
}

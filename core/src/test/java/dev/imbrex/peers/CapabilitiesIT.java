package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code security.capability} survives all we do with a file, by the calls of the system; without
 * JNA there is a finding, and all else is the same (LC-A8, LC-B68, LC-G4). Judged by {@code
 * getfattr}.
 */
class CapabilitiesIT {
  private static final String VALUE = "0x0100000200040000000000000000000000000000";
  private static final String[] RESULTS = {"scanned", "tar", "squashed", "updated"};

  @TempDir Path temporary;

  /** A file of two names with a capability, made and archived by other programs. */
  @BeforeEach
  void makeSource() throws Exception {
    Program.requireRoot();
    Program.find("setfattr");
    Program.find("sh")
        .run(
            "-c",
            """
            set -e
            cd "$1"
            mkdir source && cd source
            echo ping >ping && ln ping pong && echo plain >plain && mkdir dir && ln -s ping dir/link
            chmod 755 ping && setfattr -n security.capability -v "$2" ping
            setfattr -n user.note -v remember plain && touch -h -d @1000000000 ping plain dir/link dir .
            tar --format=pax --xattrs --xattrs-include='*' -cf ../source.tar .
            """,
            "sh",
            temporary.toString(),
            VALUE);
  }

  private List<String> run(boolean withJna) throws Exception {
    List<String> path = new ArrayList<>();
    String full =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : full.split(File.pathSeparator, -1)) {
      if (withJna || !element.contains("jna")) {
        path.add(element);
      }
    }
    return new Program(Path.of(System.getProperty("java.home"), "bin", "java"))
        .run(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            String.join(File.pathSeparator, path),
            CapabilityRun.class.getName(),
            temporary.toString())
        .lines()
        .toList();
  }

  private String capability(String file) throws Exception {
    return Program.find("getfattr")
        .run(
            "--absolute-names",
            "--encoding=hex",
            "-n",
            "security.capability",
            temporary.resolve(file).toString());
  }

  private void assertSameFiles(String result) throws IOException {
    List<String> found = new ArrayList<>(TreeListing.of(temporary.resolve(result)));
    found.removeIf(line -> line.startsWith("/more "));
    assertThat(found).isEqualTo(TreeListing.of(temporary.resolve("source"))).hasSize(5);
  }

  @Test
  void surviveByTheCallsOfTheSystem() throws Exception {
    assertThat(run(true))
        .containsExactly("scanned by native", "tar by native", "squashed by native");
    for (String result : RESULTS) {
      for (String name : new String[] {"ping", "pong"}) {
        assertThat(capability(result + "/" + name))
            .as(result)
            .contains("security.capability=" + VALUE);
      }
      assertSameFiles(result);
    }
  }

  @Test
  void areReportedMissingWithoutJna() throws Exception {
    assertThat(run(false))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("scan: XATTRS_NOT_VISIBLE"),
            line -> assertThat(line).isEqualTo("scanned by nio"),
            line -> assertThat(line).isEqualTo("tar by nio"),
            line -> assertThat(line).isEqualTo("tar: XATTR_NOT_STORED"),
            line -> assertThat(line).isEqualTo("squashed by nio"),
            line -> assertThat(line).isEqualTo("squashed: XATTR_NOT_STORED"),
            line -> assertThat(line).isEqualTo("update: XATTRS_NOT_VISIBLE"),
            line -> assertThat(line).isEqualTo("update: XATTR_NOT_STORED"),
            line -> assertThat(line).startsWith("native: ").contains("JNA"));
    for (String result : RESULTS) {
      assertSameFiles(result);
      assertThat(Files.readString(temporary.resolve(result + "/plain"))).isEqualTo("plain\n");
    }
  }
}

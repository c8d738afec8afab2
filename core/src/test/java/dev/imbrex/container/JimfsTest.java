package dev.imbrex.container;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Another implementation in memory, with what is known of it to differ. */
class JimfsTest extends FileSystemContract {
  private final FileSystem fileSystem =
      Jimfs.newFileSystem(
          Configuration.unix().toBuilder()
              .setAttributeViews("basic", "owner", "posix", "unix", "user")
              .build());

  @AfterEach
  void close() throws IOException {
    fileSystem.close();
  }

  @Override
  Path directory() throws IOException {
    Path directory = Files.createDirectory(fileSystem.getPath("/root"));
    populate(directory);
    return directory;
  }

  @Override
  Map<String, String> differences() {
    return Map.ofEntries(
        Map.entry("theFilesAreTheSameEverywhere", "unix:mode has no type, directories more links"),
        Map.entry("areNormalized", "a dot alone stays"),
        Map.entry("areMadeRelative", "dots are not cleaned first"),
        Map.entry("namesHave255Bytes", "names may be longer"),
        Map.entry("haveUris", "only the registered provider reads URIs"),
        Map.entry("badGlobsAreRefused", "a set may hold a slash"),
        Map.entry("haveNames", "an unknown attribute is unsupported"),
        Map.entry("usersAreFoundByName", "every name is a user"),
        Map.entry(
            "newFilesHaveTheUsualPermissions", "unix:mode has no type, and there is no umask"),
        Map.entry("unixModeHasAllBits", "unix:mode cannot be set"),
        Map.entry("unixOnesAreAllThere", "ino is an Integer"),
        Map.entry("nothingRunsWithoutTheBit", "everything may be executed"),
        Map.entry("userAttributesAreKept", "a missing one is an illegal argument"),
        Map.entry("movesAtomically", "files of any kind replace each other"),
        Map.entry("movesWholeDirectories", "moving into itself is a plain IOException"),
        Map.entry("sameFilesAreKnownByAnyPath", "a missing file is not the same and no error"),
        Map.entry("hardOnesOfSymbolicOnesAreSymbolic", "links are followed"),
        Map.entry("createsWhereADanglingLinkLeads", "dangling links are no files"),
        Map.entry("locksOverlapNot", "locks are independent"),
        Map.entry("deletesOnClose", "deletes when the file system is closed"),
        Map.entry("truncates", "emptying a file does not change its time"),
        Map.entry("optionsThatContradictEachOtherAreRefused", "they are unsupported"),
        Map.entry("aPathThroughAFileIsNoMissingFile", "it is one"));
  }
}

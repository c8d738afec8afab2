package dev.imbrex.layers.disk;

/**
 * What was written to a disk. What was not kept is in the findings.
 *
 * @param calls by which calls: {@code nio} or {@code native}
 * @param directories how many directories, the root not counted
 * @param files how many regular files, each inode once
 * @param links how many further names of inodes
 * @param others how many symbolic links, devices and named pipes
 * @param bytes how many bytes of content
 */
public record ExtractionReport(
    String calls, long directories, long files, long links, long others, long bytes) {}

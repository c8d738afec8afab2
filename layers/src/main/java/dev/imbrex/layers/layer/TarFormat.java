package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The places and words of a tar header (POSIX.1-2001 pax, "ustar Interchange Format"; GNU tar). */
final class TarFormat {
  static final int BLOCK = 512;

  static final int NAME = 0;
  static final int NAME_LENGTH = 100;
  static final int MODE = 100;
  static final int UID = 108;
  static final int GID = 116;
  static final int ID_LENGTH = 8;
  static final int SIZE = 124;
  static final int MTIME = 136;
  static final int LONG_LENGTH = 12;
  static final int CHECKSUM = 148;
  static final int CHECKSUM_LENGTH = 8;
  static final int TYPE = 156;
  static final int LINK_NAME = 157;
  static final int MAGIC = 257;
  static final int DEVICE_MAJOR = 329;
  static final int DEVICE_MINOR = 337;
  static final int PREFIX = 345;
  static final int PREFIX_LENGTH = 155;
  static final int STAR_PREFIX_LENGTH = 131;
  static final int STAR_ATIME = 476;
  static final int STAR_CTIME = 488;
  static final int STAR_TRAILER = 508;
  static final int GNU_ATIME = 345;
  static final int GNU_CTIME = 357;
  static final int GNU_SPARSE = 386;
  static final int GNU_SPARSE_SLOTS = 4;
  static final int GNU_IS_EXTENDED = 482;
  static final int GNU_REAL_SIZE = 483;
  static final int GNU_EXTENSION_SLOTS = 21;
  static final int GNU_EXTENSION_IS_EXTENDED = 504;

  /** What all of them begin with. */
  static final byte[] SOME_MAGIC = "ustar".getBytes(US_ASCII);

  static final byte[] USTAR_MAGIC = "ustar\0".getBytes(US_ASCII);
  static final byte[] USTAR_MAGIC_AND_VERSION = "ustar\00000".getBytes(US_ASCII);
  static final byte[] GNU_MAGIC_AND_VERSION = "ustar  \0".getBytes(US_ASCII);
  static final byte[] STAR_MAGIC = "tar\0".getBytes(US_ASCII);

  static final long MAX_OCTAL_ID = 07777777;
  static final long MAX_OCTAL_LONG = 077777777777L;

  static final String SCHILY_XATTR = "SCHILY.xattr.";
  static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

  /** How all keys begin that say of an entry what only Windows knows (LC-B77). */
  static final String WINDOWS = "MSWINDOWS.";

  static final String SCHILY_MAJOR = "SCHILY.devmajor";
  static final String SCHILY_MINOR = "SCHILY.devminor";

  private TarFormat() {}

  /** How many bytes pad so many bytes of data to whole blocks. */
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  static boolean endsInSlash(byte[] name) {
    return name.length > 0 && name[name.length - 1] == '/';
  }
}

package dev.imbrex.layers.disk;

/**
 * What was read of a content: a part of an array, which stays as it is until the file is written.
 *
 * @param array holds it
 * @param offset where it begins
 * @param length how many bytes it has
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ReadBytes(byte[] array, int offset, int length) {}

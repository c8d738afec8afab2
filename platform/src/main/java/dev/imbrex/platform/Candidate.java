package dev.imbrex.platform;

/** Something to choose, beside its platform, which is asked for once. */
record Candidate<T>(T value, Platform platform) {}

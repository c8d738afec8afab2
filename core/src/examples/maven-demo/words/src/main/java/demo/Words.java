package demo;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;

/** What both programs use. */
public final class Words {
  private Words() {}

  /** The words of a text. */
  public static ImmutableList<String> of(String text) {
    return ImmutableList.copyOf(Splitter.on(' ').omitEmptyStrings().split(text));
  }
}

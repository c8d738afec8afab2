package dev.imbrex.registry.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The words client and server share, held against the examples of the specifications. */
class WireTest {
  @Nested
  class Errors {
    @Test
    void printsTheFormOfTheSpecification() {
      byte[] printed =
          OciError.print(List.of(OciError.of(ErrorCode.BLOB_UNKNOWN, "no \"blob\" here")));
      assertThat(new String(printed, UTF_8))
          .isEqualTo(
              "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"no \\\"blob\\\" here\"}]}");
    }

    @Test
    void readsSeveralWithAnyDetail() {
      String body =
          "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\",\"detail\":[1,{\"a\":null}]},"
              + "{\"code\":\"HOUSE_RULE\"}]}";
      List<OciError> errors = OciError.parse(body.getBytes(UTF_8));
      assertThat(errors)
          .containsExactly(new OciError("DENIED", "no"), new OciError("HOUSE_RULE", ""));
      assertThat(errors.get(0).known()).contains(ErrorCode.DENIED);
      assertThat(errors.get(1).known()).isEmpty();
    }

    @Test
    void findsNoneInWhatIsNoErrorAnswer() {
      for (String body :
          new String[] {
            "",
            "<html>",
            "{}",
            "[]",
            "{\"errors\":{}}",
            "{\"errors\":[7]}",
            "{\"errors\":null}",
            "{\"errors\":[{\"code\":5}]}"
          }) {
        assertThat(OciError.parse(body.getBytes(UTF_8))).describedAs(body).isEmpty();
      }
    }
  }

  @Nested
  class Ranges {
    @Test
    void resolvesTheExamplesOfTheHttpSpecification() {
      // RFC 9110, section 14.1.2, with a representation of 10000 bytes.
      assertThat(within("bytes=0-499", 10000)).contains(new ByteRange(0, 499));
      assertThat(within("bytes=500-999", 10000)).contains(new ByteRange(500, 999));
      assertThat(within("bytes=-500", 10000)).contains(new ByteRange(9500, 9999));
      assertThat(within("bytes=9500-", 10000)).contains(new ByteRange(9500, 9999));
      assertThat(within("Bytes=9500-20000", 10000)).contains(new ByteRange(9500, 9999));
      assertThat(within("bytes=-20000", 10000)).contains(new ByteRange(0, 9999));
    }

    @Test
    void knowsWhatCannotBeSatisfied() {
      assertThat(within("bytes=500-0", 2048)).isEmpty();
      assertThat(within("bytes=5000-10000", 2048)).isEmpty();
      assertThat(within("bytes=2048-", 2048)).isEmpty();
      assertThat(within("bytes=-0", 2048)).isEmpty();
      assertThat(within("bytes=0-", 0)).isEmpty();
    }

    private Optional<ByteRange> within(String header, long size) {
      return RequestedRange.parse(header).orElseThrow().within(size);
    }

    @Test
    void passesOverWhatIsNoSingleRangeOfBytes() {
      for (String header :
          new String[] {
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "lines=0-1",
            "bytes=0-1,4-5",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=99999999999999999999-"
          }) {
        assertThat(RequestedRange.parse(header)).describedAs(header).isEmpty();
      }
    }

    @Test
    void printsWhatItReads() {
      for (String header : new String[] {"bytes=0-499", "bytes=-5", "bytes=7-"}) {
        assertThat(RequestedRange.parse(header)).map(RequestedRange::toString).contains(header);
      }
      for (String header : new String[] {"bytes 0-499/1234", "bytes 0-0/*", "bytes */1234"}) {
        assertThat(ContentRange.parse(header)).map(ContentRange::toString).contains(header);
      }
    }

    @Test
    void refusesAContentRangeThatLies() {
      for (String header :
          new String[] {
            "bytes 0-499",
            "bytes 499-0/1000",
            "bytes 0-1000/1000",
            "bytes */*",
            "0-4/5",
            "bytes -4/5",
            "bytes 0-/5",
            "bytes 0-4/-5",
            "bytes=0-4/5"
          }) {
        assertThat(ContentRange.parse(header)).describedAs(header).isEmpty();
      }
    }

    @Test
    void readsTheRangeOfAChunkWithOrWithoutUnit() {
      ByteRange range = new ByteRange(0, 1023);
      assertThat(range.length()).isEqualTo(1024);
      assertThat(ByteRange.parseChunk("0-1023")).contains(range);
      assertThat(ByteRange.parseChunk("bytes 0-1023/*")).contains(range);
      assertThat(ByteRange.parseChunk("bytes=0-1023")).contains(range);
      assertThat(range).hasToString("0-1023");
      for (String header : new String[] {"", "-", "5-4", "a-b", "3", "0-", "-5", "0-1-2"}) {
        assertThat(ByteRange.parseChunk(header)).describedAs(header).isEmpty();
      }
      assertThatThrownBy(() -> new ByteRange(4, 3)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Links {
    @Test
    void findsWhatItPrints() {
      String header = LinkHeader.next("/v2/a/tags/list?n=2&last=b");
      assertThat(header).isEqualTo("</v2/a/tags/list?n=2&last=b>; rel=\"next\"");
      assertThat(LinkHeader.findNext(List.of(header))).contains("/v2/a/tags/list?n=2&last=b");
    }

    @Test
    void findsTheNextAmongOthers() {
      assertThat(
              LinkHeader.findNext(List.of("</a>; rel=prev, </b?x=1,2>; title=\"a, b\"; rel=next")))
          .contains("/b?x=1,2");
      assertThat(LinkHeader.findNext(List.of("</a>; rel=\"first\"", "</b>;REL=\"last NEXT\"")))
          .contains("/b");
    }

    @Test
    void findsNoneWhereThereIsNone() {
      for (String header :
          new String[] {"", "</a>", "/a; rel=next", "</a; rel=next", "</a>; rel=prev; rel=next"}) {
        assertThat(LinkHeader.findNext(List.of(header))).describedAs(header).isEmpty();
      }
    }
  }

  @Nested
  class Scopes {
    @Test
    void sortsActionsAndPrintsThem() {
      assertThat(AccessScope.repository("library/app", "push", "pull", "push"))
          .hasToString("repository:library/app:pull,push");
      assertThat(AccessScope.repository("app", "push", "*")).hasToString("repository:app:*");
      assertThat(AccessScope.catalog()).hasToString("registry:catalog:*");
    }

    @Test
    void readsNamesWithColons() {
      assertThat(AccessScope.parse("repository:host:5000/app:pull"))
          .contains(AccessScope.repository("host:5000/app", "pull"));
      assertThat(AccessScope.parseAll("repository:a:pull nonsense repository:b:push,pull"))
          .containsExactly(
              AccessScope.repository("a", "pull"), AccessScope.repository("b", "pull", "push"));
      assertThat(AccessScope.parse("repository:app")).isEmpty();
      assertThat(AccessScope.parse("::")).isEmpty();
    }

    @Test
    void coversWhatAsksForLess() {
      AccessScope both = AccessScope.repository("app", "pull", "push");
      assertThat(both.covers(AccessScope.repository("app", "pull"))).isTrue();
      assertThat(both.covers(AccessScope.repository("app", "delete"))).isFalse();
      assertThat(both.covers(AccessScope.repository("other", "pull"))).isFalse();
      assertThat(AccessScope.repository("app", "*").covers(both)).isTrue();
    }
  }

  @Test
  void errorCodesHaveTheStatusOfTheProtocol() {
    assertThat(ErrorCode.find("MANIFEST_UNKNOWN")).contains(ErrorCode.MANIFEST_UNKNOWN);
    assertThat(ErrorCode.find("manifest_unknown")).isEmpty();
    assertThat(ErrorCode.TOOMANYREQUESTS.status()).isEqualTo(429);
    assertThat(ErrorCode.UNAUTHORIZED.status()).isEqualTo(401);
  }
}

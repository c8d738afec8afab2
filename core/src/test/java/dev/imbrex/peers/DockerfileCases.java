package dev.imbrex.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Dockerfiles that are built here and elsewhere, with the differences that are known. */
final class DockerfileCases {
  /** In place of differences: an engine of this age cannot build it. */
  static final String LEFT_OUT = "left out";

  /** Images that cases build on, made by the engine. */
  static final Map<String, List<String>> BASES =
      Map.of(
          "trigger:1",
              List.of(
                  "FROM base:1", "ONBUILD COPY a.txt /triggered/", "ONBUILD ENV t=$PATH", "CMD c"),
          "configured:1",
              List.of(
                  "FROM base:1",
                  "ENV a=1 b=2",
                  "WORKDIR /srv",
                  "USER app",
                  "ENTRYPOINT [\"e\"]",
                  "CMD [\"c\"]",
                  "LABEL l=1",
                  "EXPOSE 80",
                  "VOLUME /v",
                  "SHELL [\"/bin/bash\", \"-c\"]"));

  /**
   * A Dockerfile.
   *
   * @param classic what differs from the classic builder, with the reason
   * @param buildKit what differs from BuildKit, with the reason
   * @param buildah what differs from buildah, with the reason
   */
  record Case(
      String name,
      List<String> lines,
      Map<String, String> arguments,
      Optional<String> target,
      Map<String, String> classic,
      Map<String, String> buildKit,
      Map<String, String> buildah) {
    @Override
    public String toString() {
      return name;
    }

    Case argument(String argument, String value) {
      Map<String, String> more = new LinkedHashMap<>(arguments);
      more.put(argument, value);
      return new Case(name, lines, more, target, classic, buildKit, buildah);
    }

    Case target(String stage) {
      return new Case(name, lines, arguments, Optional.of(stage), classic, buildKit, buildah);
    }

    Case classic(String what, String reason) {
      Map<String, String> more = with(classic, what, reason);
      return new Case(name, lines, arguments, target, more, buildKit, buildah);
    }

    Case buildKit(String what, String reason) {
      Map<String, String> more = with(buildKit, what, reason);
      return new Case(name, lines, arguments, target, classic, more, buildah);
    }

    Case buildah(String what, String reason) {
      Map<String, String> more = with(buildah, what, reason);
      return new Case(name, lines, arguments, target, classic, buildKit, more);
    }

    private static Map<String, String> with(Map<String, String> map, String what, String reason) {
      Map<String, String> more = new LinkedHashMap<>(map);
      more.put(what, reason);
      return more;
    }
  }

  private DockerfileCases() {}

  private static Case of(String name, String... lines) {
    return new Case(name, List.of(lines), Map.of(), Optional.empty(), Map.of(), Map.of(), Map.of());
  }

  /** The names of those that stand for the others, each for a rule of its own. */
  private static final Set<String> ORDINARY =
      Set.of(
          "env replaced",
          "label",
          "commands",
          "expose",
          "volume words",
          "healthcheck",
          "triggers",
          "arg",
          "workdir user",
          "workdir link",
          "copy dir into",
          "copy all",
          "copy brackets",
          "copy links",
          "copy to link",
          "copy chown",
          "copy from chown",
          "target",
          "add tar",
          "add packed",
          "add tar over",
          "scratch",
          "nothing changed");

  /** About twenty that stand for the others; with {@code -Dimbrex.dockerfiles=all} all. */
  static List<Case> chosen() {
    List<Case> all = all();
    if ("all".equals(System.getProperty("imbrex.dockerfiles"))) {
      return all;
    }
    List<Case> chosen = all.stream().filter(one -> ORDINARY.contains(one.name())).toList();
    if (chosen.size() != ORDINARY.size()) {
      throw new IllegalStateException("Some of " + ORDINARY + " are not the name of one case");
    }
    return chosen;
  }

  private static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    cases.add(of("env", "FROM base:1", "ENV a=1 b=\"x y\" c='$a' d=$a", "ENV old  style \"q\" $a"));
    cases.add(of("env replaced", "FROM configured:1", "ENV a=3 z=$a PATH=/x:$PATH"));
    cases.add(
        of("operators", "FROM base:1", "ENV a=1", "ENV b=${a:-2} c=${x:-2} d=${a:+3} e=${x:+3}"));
    cases.add(
        of("label", "FROM configured:1", "LABEL a=1 \"b c\"=\"d \\\" e\" l=2", "LABEL x y z"));
    cases.add(
        of("commands", "FROM base:1", "CMD echo $HOME \"x\"", "ENTRYPOINT [\"a\", \"b c\\n\"]"));
    cases.add(of("entrypoint clears", "FROM configured:1", "ENTRYPOINT go"));
    cases.add(of("cmd cleared", "FROM configured:1", "CMD []", "ENTRYPOINT []"));
    cases.add(
        of("expose", "FROM configured:1", "ENV p=90", "EXPOSE 80/udp $p 7000-7002/tcp 1")
            .buildKit("history", "20.10 prints a map, BuildKit of today a sorted list"));
    cases.add(of("volume", "FROM configured:1", "VOLUME /data $HOME/x", "VOLUME [\"/a b\"]"));
    cases.add(of("user", "FROM base:1", "USER app:staff", "USER 5"));
    cases.add(of("stopsignal", "FROM base:1", "STOPSIGNAL SIGRTMIN+3", "STOPSIGNAL 9"));
    cases.add(of("shell", "FROM base:1", "SHELL [\"/bin/x\", \"-c\"]", "CMD y", "ENV a=b"));
    cases.add(
        of(
                "healthcheck",
                "FROM base:1",
                "HEALTHCHECK --interval=1m30s --timeout=1500ms --start-period=2s --retries=3 CMD x"
                    + " y")
            .buildKit("history", "20.10 prints quoted members, BuildKit of today names them"));
    cases.add(
        of("healthcheck exec", "FROM base:1", "HEALTHCHECK CMD [\"a\", \"b\"]")
            .buildKit("history", "20.10 prints quoted members, BuildKit of today names them"));
    cases.add(
        of("healthcheck none", "FROM base:1", "HEALTHCHECK NONE")
            .buildKit("history", "20.10 prints quoted members, BuildKit of today names them"));
    cases.add(of("maintainer", "FROM base:1", "MAINTAINER Me <me@here>"));
    cases.add(of("onbuild", "FROM base:1", "ONBUILD RUN  x  y", "ONBUILD COPY --chown=1 a b"));
    cases.add(of("triggers", "FROM trigger:1", "ENV x=1"));
    cases.add(of("triggers alone", "FROM trigger:1"));
    cases.add(
        of("arg", "ARG g=1", "ARG h=$g.2", "FROM base:1", "ARG h", "ARG i=$h", "ENV x=$i$g")
            .argument("i", "given"));
    cases.add(
        of("arg loses", "FROM base:1", "ENV a=e", "ARG a=x", "ENV b=$a")
            .buildKit("env", "in 20.10 an ARG after ENV wins; since then ENV does, as documented")
            .buildKit("history", "see env"));
    cases.add(of("workdir", "FROM base:1", "WORKDIR /a/b", "WORKDIR c/../d/", "WORKDIR /srv"));
    cases.add(of("workdir user", "FROM base:1", "USER app", "WORKDIR /mine/x"));
    cases.add(of("workdir root", "FROM base:1", "WORKDIR /"));
    cases.add(of("workdir link", "FROM base:1", "WORKDIR /lib/new"));
    cases.add(of("copy file", "FROM base:1", "COPY a.txt /f", "COPY a.txt b.txt /new/d/"));
    cases.add(of("copy into", "FROM base:1", "COPY a.txt /srv", "WORKDIR /w", "COPY c.go ."));
    cases.add(of("copy dir", "FROM base:1", "COPY dir /new"));
    cases.add(of("copy dir into", "FROM base:1", "COPY dir /srv", "COPY dir/sub /usr/lib/sub"));
    cases.add(of("copy all", "FROM base:1", "COPY . /all/"));
    cases.add(of("copy pattern", "FROM base:1", "COPY *.txt dir/s?b /to/"));
    cases.add(
        of("copy brackets", "FROM base:1", "COPY [a-b].txt dir/[[]b] /to/")
            .buildah(LEFT_OUT, "it cannot name a file with a bracket"));
    cases.add(of("copy json", "FROM base:1", "COPY [\"sp ace\", \"/sp ace\"]"));
    cases.add(
        of("copy links", "FROM base:1", "COPY link /l", "COPY filelink /f", "COPY link/x /g"));
    cases.add(of("copy to link", "FROM base:1", "COPY a.txt /lib/a", "COPY a.txt /lib"));
    cases.add(
        of("copy over", "FROM base:1", "COPY old /usr/lib/old", "COPY a.txt /usr/lib/link")
            .buildah("files", "it replaces a link at the destination, where Docker follows it"));
    cases.add(
        of(
                "copy chown",
                "FROM base:1",
                "COPY --chown=app:staff dir /x",
                "COPY --chown=5 a.txt /y/z")
            .buildKit("history", "20.10 does not show the flag, BuildKit of today does"));
    cases.add(
        of("copy chown name", "FROM base:1", "COPY --chown=app a.txt /x")
            .buildKit("history", "20.10 does not show the flag, BuildKit of today does"));
    cases.add(
        of("copy chmod", "FROM base:1", "COPY --chmod=4750 dir /x", "COPY --chmod=600 a.txt /y")
            .buildKit("files", "20.10 drops the set-id bits of the number")
            .buildKit("history", "20.10 does not show the flag, BuildKit of today does")
            .classic(LEFT_OUT, "needs BuildKit"));
    cases.add(
        of(
            "stages",
            "FROM base:1 AS one",
            "COPY --chown=5 dir /d",
            "FROM base:1 AS two",
            "ENV x=1",
            "FROM one AS three",
            "ENV y=1",
            "FROM base:1",
            "COPY --from=three /d/sub /s",
            "COPY --from=1 /etc/passwd /p",
            "COPY --from=configured:1 /etc/group /g"));
    cases.add(
        of("target", "FROM base:1 AS One", "ENV a=1", "FROM base:1 AS two", "ENV b=1")
            .target("one"));
    cases.add(of("add", "FROM base:1", "ADD a.txt dir /x/", "ADD empty.tar /e"));
    cases.add(of("add tar", "FROM base:1", "ADD t.tar /t/", "ADD t.tgz /z"));
    cases.add(of("add packed", "FROM base:1", "ADD t.xz t.bz2 /t/"));
    cases.add(
        of("add tar chown", "FROM base:1", "ADD --chown=5:6 t.tar /t/")
            .buildah("files", "it keeps the owners of the archive, BuildKit of today does not")
            .buildKit("files", "20.10 keeps the owners of the archive, BuildKit of today does not")
            .buildKit("history", "20.10 does not show the flag, BuildKit of today does"));
    cases.add(of("add tar over", "FROM base:1", "COPY dir /t/dir", "ADD t.tar /t"));
    cases.add(
        of("scratch", "FROM scratch", "COPY a.txt /", "ENV x=1")
            .buildah("workdir", "it does not set one"));
    cases.add(of("continued", "FROM base:1", "ENV a=1 \\", "# c", "  b=2 \\", "", "  c=3"));
    cases.add(of("escape", "# escape=`", "FROM base:1", "ENV a=x\\y `", "  b=`$c"));
    cases.add(of("nothing changed", "FROM base:1", "COPY dir/empty /usr/lib", "WORKDIR /usr"));
    cases.add(of("copy json many", "FROM base:1", "COPY [\"a.txt\", \"b.txt\", \"/d/\"]"));
    cases.add(
        of("copy odd paths", "FROM base:1", "COPY ./dir//sub/../x ../../up/./x", "COPY dir/ ./"));
    cases.add(
        of("copy variable", "FROM base:1", "ENV n=txt d=/to", "COPY *.$n ${d}/", "WORKDIR $d/x"));
    cases.add(
        of(
                "copy from chown",
                "FROM base:1 AS one",
                "COPY --chown=5:6 dir /d",
                "FROM base:1",
                "COPY --from=ONE --chown=app /d /e",
                "COPY --from=one /d/hard /d/x /f/")
            .buildah(LEFT_OUT, "it minds the case of stage names")
            .buildKit("history", "20.10 does not show the flag, BuildKit of today does"));
    cases.add(
        of("copy onto self", "FROM base:1", "COPY dir /d", "COPY dir /d", "COPY dir/sub /d/sub"));
    cases.add(of("copy ignored", "FROM base:1", "COPY ignored /i"));
    cases.add(of("copy dotfile", "FROM base:1", "COPY [b]* d*r/[xy] /to/"));
    cases.add(of("add dir link", "FROM base:1", "ADD link /l/", "ADD dir/link /m"));
    cases.add(of("user variable", "FROM base:1", "ENV u=app g=staff", "USER $u:${g}", "WORKDIR w"));
    cases.add(
        of("expose words", "FROM base:1", "ENV p=\"80 81/udp\"", "EXPOSE $p 90")
            .buildKit("history", "20.10 prints a map, BuildKit of today a sorted list"));
    cases.add(
        of(
            "label lines",
            "FROM base:1",
            "LABEL a=\"1 \\",
            "2\" b='3 4' \\",
            "      c=5",
            "LABEL \"d\"=e"));
    cases.add(of("volume words", "FROM base:1", "VOLUME [\"/a\", \"/b\"] ", "VOLUME /c /d"));
    cases.add(
        of(
            "command again",
            "FROM base:1",
            "CMD [\"a\"]",
            "ENTRYPOINT [\"b\"]",
            "CMD [\"c\", \"d\"]"));
    cases.add(
        of(
                "platform",
                "FROM --platform=$BUILDPLATFORM base:1",
                "ARG TARGETARCH",
                "ENV a=$TARGETARCH")
            .classic(LEFT_OUT, "needs BuildKit")
            .buildah(LEFT_OUT, "is about the config"));
    return cases;
  }
}

package dev.imbrex.manifest.config;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.List;

/** The merge rule for commit (SN-C13), as Docker's engine has it. */
final class ContainerMerge {
  private final ContainerConfig user;
  private final ContainerConfig image;
  private JsonObject merged;

  private ContainerMerge(ContainerConfig user, ContainerConfig image) {
    this.user = user;
    this.image = image;
    this.merged = user.json();
  }

  static JsonObject merge(ContainerConfig user, ContainerConfig image)
      throws MalformedContentException {
    return new ContainerMerge(user, image).merge();
  }

  private JsonObject merge() throws MalformedContentException {
    inheritText(ContainerMember.USER);
    inheritText(ContainerMember.WORKING_DIR);
    inheritText(ContainerMember.STOP_SIGNAL);
    unite(ContainerMember.EXPOSED_PORTS);
    unite(ContainerMember.VOLUMES);
    unite(ContainerMember.LABELS);
    mergeEnv();
    mergeCommand();
    mergeHealthcheck();
    return merged;
  }

  private void inheritText(ContainerMember member) {
    if (user.text(member).isEmpty()) {
      inherit(member);
    }
  }

  private void unite(ContainerMember member) {
    JsonObject own = user.object(member);
    JsonObject below = image.object(member);
    if (own.names().isEmpty()) {
      if (!below.names().isEmpty()) {
        inherit(member);
      }
      return;
    }
    JsonObject united = own;
    for (String name : below.names()) {
      united = own.has(name) ? united : united.withMemberOf(below, name);
    }
    merged = merged.with(member.toString(), united);
  }

  private void mergeEnv() {
    List<String> own = user.env().orElse(List.of());
    if (own.isEmpty()) {
      inherit(ContainerMember.ENV);
    } else {
      List<String> env = Env.merged(own, image.env().orElse(List.of()));
      merged = env.equals(own) ? merged : merged.withStrings("Env", env);
    }
  }

  private void mergeCommand() {
    boolean noEntrypoint = user.entrypoint().orElse(List.of()).isEmpty();
    if (noEntrypoint && user.cmd().orElse(List.of()).isEmpty()) {
      inherit(ContainerMember.CMD);
      // Whether a command is escaped is said of that very command.
      merged = placed(ContainerMember.ARGS_ESCAPED);
    }
    if (user.entrypoint().isEmpty()) {
      inherit(ContainerMember.ENTRYPOINT);
    }
  }

  private void mergeHealthcheck() throws MalformedContentException {
    String name = ContainerMember.HEALTHCHECK.toString();
    if (image.healthcheck().isEmpty()) {
      return;
    }
    if (user.healthcheck().isEmpty()) {
      inherit(ContainerMember.HEALTHCHECK);
    } else {
      merged =
          merged.with(
              name,
              Healthcheck.merged(
                  user.object(ContainerMember.HEALTHCHECK),
                  image.object(ContainerMember.HEALTHCHECK)));
    }
  }

  /** Takes the member as it is in the image; where the image has none, ours stays. */
  private void inherit(ContainerMember member) {
    if (image.has(member)) {
      merged = placed(member);
    }
  }

  private JsonObject placed(ContainerMember member) {
    String name = member.toString();
    return Checked.placed(
        merged, merged.withMemberOf(image.json(), name), name, ContainerMember.ORDER);
  }
}

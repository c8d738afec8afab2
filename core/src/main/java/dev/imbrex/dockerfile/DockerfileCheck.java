package dev.imbrex.dockerfile;

/** What is checked in a Dockerfile beyond its rules (SN-B36). A check prints as its code. */
public enum DockerfileCheck {
  /** The file is not UTF-8; what is not reads as U+FFFD. */
  NOT_UTF_8("NotUtf8"),
  /** An empty line stands inside a continued instruction. */
  NO_EMPTY_CONTINUATION("NoEmptyContinuation"),
  /** Keywords are written in upper case here and in lower case there. */
  CONSISTENT_INSTRUCTION_CASING("ConsistentInstructionCasing"),
  /** {@code FROM} and {@code AS} are written in different case. */
  FROM_AS_CASING("FromAsCasing"),
  /** A stage has letters in upper case in its name. */
  STAGE_NAME_CASING("StageNameCasing"),
  /** A stage is called {@code scratch} or {@code context}. */
  RESERVED_STAGE_NAME("ReservedStageName"),
  /** {@code CMD} or {@code ENTRYPOINT} is in shell form, so that signals reach the shell only. */
  JSON_ARGS_RECOMMENDED("JSONArgsRecommended"),
  /** {@code MAINTAINER} is replaced by a label. */
  MAINTAINER_DEPRECATED("MaintainerDeprecated"),
  /** {@code ENV} or {@code LABEL} has its old form, without an equals sign. */
  LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat"),
  /** {@code WORKDIR} is relative, and nothing in the file says to what. */
  WORKDIR_RELATIVE_PATH("WorkdirRelativePath"),
  /** {@code FROM} uses an argument that nobody declared. */
  UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom"),
  /** One of several {@code CMD}, {@code ENTRYPOINT} or {@code HEALTHCHECK} has no effect. */
  MULTIPLE_INSTRUCTIONS_DISALLOWED("MultipleInstructionsDisallowed"),
  /** An argument or variable looks as if it held a secret, which stays in the image. */
  SECRETS_USED_IN_ARG_OR_ENV("SecretsUsedInArgOrEnv"),
  /** {@code --platform=$TARGETPLATFORM} says what holds anyway. */
  REDUNDANT_TARGET_PLATFORM("RedundantTargetPlatform"),
  /** {@code --platform} is a constant, so that building for another platform has no effect. */
  FROM_PLATFORM_FLAG_CONST_DISALLOWED("FromPlatformFlagConstDisallowed"),
  /** A protocol of {@code EXPOSE} is in upper case. */
  EXPOSE_PROTO_CASING("ExposeProtoCasing"),
  /** {@code EXPOSE} names an address or a port of the host, which has no effect. */
  EXPOSE_INVALID_FORMAT("ExposeInvalidFormat"),
  /** A build argument was given that nobody declares (SN-B13). */
  UNUSED_BUILD_ARGUMENT("UnusedBuildArgument");

  private final String code;

  DockerfileCheck(String code) {
    this.code = code;
  }

  /** The code, which is BuildKit's where it has such a check. */
  @Override
  public String toString() {
    return code;
  }
}

package dev.imbrex.manifest.document;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Documents in the form that tools write them, with made-up digests. */
final class Fixtures {
  static final String A = "sha256:" + "a".repeat(64);
  static final String B = "sha256:" + "b".repeat(64);
  static final String C = "sha256:" + "c".repeat(64);
  static final String D = "sha256:" + "d".repeat(64);
  static final String EMPTY =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  /** As docker push wrote them: three spaces of indentation, size before digest. */
  static final String DOCKER_MANIFEST =
      """
      {
         "schemaVersion": 2,
         "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 7023,
            "digest": "%s"
         },
         "layers": [
            {
               "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
               "size": 1534685324,
               "digest": "%s",
               "urls": ["https://mcr.example/v2/windows/blobs/x"]
            },
            {
               "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
               "size": 32654,
               "digest": "%s"
            },
            {
               "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
               "size": 32654,
               "digest": "%s"
            }
         ]
      }"""
          .formatted(A, B, C, C);

  /** As docker manifest push wrote them, with a member of platforms that OCI dropped. */
  static final String DOCKER_LIST =
      """
      {
         "schemaVersion": 2,
         "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
         "manifests": [
            {
               "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
               "size": 7143,
               "digest": "%s",
               "platform": {
                  "architecture": "ppc64le",
                  "os": "linux"
               }
            },
            {
               "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
               "size": 7682,
               "digest": "%s",
               "platform": {
                  "architecture": "amd64",
                  "os": "windows",
                  "os.version": "10.0.20348.2227",
                  "os.features": ["win32k"],
                  "features": ["sse4"]
               }
            }
         ]
      }"""
          .formatted(A, B);

  /** As BuildKit writes an image with provenance: compact entries, attestations at the end. */
  static final String OCI_INDEX =
      """
      {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
          {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "%s",
            "size": 1609,
            "platform": {
              "architecture": "arm64",
              "os": "linux",
              "variant": "v8"
            }
          },
          {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "%s",
            "size": 840,
            "annotations": {
              "vnd.docker.reference.digest": "%s",
              "vnd.docker.reference.type": "attestation-manifest"
            },
            "platform": {
              "architecture": "unknown",
              "os": "unknown"
            }
          }
        ]
      }"""
          .formatted(A, B, A);

  /** As oras attach writes a signature or a bill of materials. */
  static final String ARTIFACT =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "artifactType":"application/vnd.example.sbom","config":{\
      "mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2,"data":"e30="},\
      "layers":[{"mediaType":"application/spdx+json","digest":"%s","size":12,"annotations":{\
      "org.opencontainers.image.title":"sbom.json"}}],"subject":{\
      "mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1609},\
      "annotations":{"org.opencontainers.image.created":"2024-02-29T12:00:00Z"}}"""
          .formatted(EMPTY, A, B);

  /** Members nobody knows at each level, odd numbers, escapes. */
  static final String STRANGE_MANIFEST =
      """
      {"x-first":[1e3,{"deep":-0.10}],"schemaVersion":2,"x":{"n":123456789012345678901},\
      "mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"x-c":1.0,\
      "mediaType":"application/vnd.oci.image.config.v1+json","size":7,"digest":"%s","x-d":null},\
      "layers":[{"digest":"%s","x-l":"<\\ud800>","size":3,\
      "mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",\
      "annotations":{"z":"1","a":"2"},"x-m":[[],{}]}],"annotations":{"z":"é","a":"\\u0000"},\
      "x-last":false}"""
          .formatted(A, B);

  /** The same in an index. */
  static final String STRANGE_INDEX =
      """
      {"manifests":[{"mediaType":"application/vnd.example.thing","x":0.50,"digest":"%s","size":1},\
      {"platform":{"x-p":[1E1],"os":"linux","architecture":"arm","x-q":{}},"size":2,"digest":"%s",\
      "mediaType":"application/vnd.oci.image.manifest.v1+json"}],"x-i":{"b":1,"a":-0},\
      "mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"""
          .formatted(A, B);

  private Fixtures() {}

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static ImageManifest image(String text) throws Exception {
    return Manifest.parse(bytes(text), ParseContext.of("app:1")).requireImage();
  }

  static IndexManifest index(String text) throws Exception {
    return Manifest.parse(bytes(text), ParseContext.of("app:1")).requireIndex();
  }

  static String text(Manifest manifest) {
    return new String(manifest.bytes(), UTF_8);
  }
}

# Images for pipelines, of the archives of a release, which are the context:
#
#   make release-dry-run        # or the archives of a release, fetched and verified
#   docker buildx build -f Dockerfile --build-arg VERSION=0.1.0 --platform linux/amd64,linux/arm64 -t helm-flink:0.1.0 dist
#   docker buildx build -f Dockerfile --build-arg VERSION=0.1.0 --target fn -t helm-flink-fn:0.1.0 dist
#
# The bases are named by tag, since their digests change with each of their builds: pin them with --build-arg CI_BASE=…@sha256:….
# Both bring the certificates of public authorities; that of ci has a shell too (BusyBox), which GitLab and GitHub need.
ARG CI_BASE=gcr.io/distroless/static-debian12:debug-nonroot
ARG FN_BASE=gcr.io/distroless/static-debian12:nonroot

# A KRM function: a ResourceList comes on stdin and goes out on stdout.
FROM ${FN_BASE} AS fn
ARG VERSION
ARG TARGETOS=linux
ARG TARGETARCH=amd64
ADD helm-flink_${VERSION}_${TARGETOS}_${TARGETARCH}.tgz /opt/helm-plugins/flink/
USER 65532:65532
ENTRYPOINT ["/opt/helm-plugins/flink/bin/helm-flink", "fn"]

# A step of a pipeline. A Helm that is put into it finds the plugin, too.
FROM ${CI_BASE} AS ci
ARG VERSION
ARG TARGETOS=linux
ARG TARGETARCH=amd64
ADD helm-flink_${VERSION}_${TARGETOS}_${TARGETARCH}.tgz /opt/helm-plugins/flink/
ENV HELM_PLUGINS=/opt/helm-plugins PATH=/opt/helm-plugins/flink/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox
USER 65532:65532
ENTRYPOINT ["/opt/helm-plugins/flink/bin/helm-flink"]

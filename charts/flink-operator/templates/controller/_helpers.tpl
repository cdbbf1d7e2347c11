{{/* Where the operator's and the webhook's JVM find their logging configuration. */}}
{{- define "flink-operator.logConfig" -}}
{{- if eq .Values.logging.framework "logback" -}}
-Dlogback.configurationFile=/opt/flink/conf/logback-operator.xml
{{- else -}}
-Dlog4j.configurationFile=/opt/flink/conf/log4j-operator.properties
{{- end -}}
{{- end -}}

{{/*
The file that is mounted as Flink's configuration. A config.yaml that the user
gives wins; otherwise flink-conf.yaml, unless it was set to null.
*/}}
{{- define "flink-operator.confFile" -}}
{{- $conf := .Values.defaultConfiguration -}}
{{- if index $conf "config.yaml" -}}
config.yaml
{{- else if hasKey $conf "flink-conf.yaml" -}}
flink-conf.yaml
{{- else -}}
config.yaml
{{- end -}}
{{- end -}}

{{/* The dotted keys of a tree of maps, one a line: (dict "prefix" "" "node" map). */}}
{{- define "flink-operator.flatKeys" -}}
{{- range $key, $value := .node -}}
{{- $path := ternary $key (printf "%s.%s" $.prefix $key) (eq $.prefix "") -}}
{{- if kindIs "map" $value -}}
{{- include "flink-operator.flatKeys" (dict "prefix" $path "node" $value) -}}
{{- else -}}
{{- printf "%s\n" $path -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The key that a line of a configuration text sets, without quotes; else empty. */}}
{{- define "flink-operator.lineKey" -}}
{{- regexFind "^\\s*[\"']?[^\\s:#\"']+[\"']?\\s*:(\\s|$)" . | trim | trimSuffix ":" | trim | trimAll "\"'" -}}
{{- end -}}

{{/*
The keys that a configuration text sets, one a line: those of its lines, as the
legacy flink-conf.yaml parser reads them, and those of its YAML tree.
*/}}
{{- define "flink-operator.confKeys" -}}
{{- range splitList "\n" . -}}
{{- with include "flink-operator.lineKey" . -}}
{{- printf "%s\n" . -}}
{{- end -}}
{{- end -}}
{{- include "flink-operator.flatKeys" (dict "prefix" "" "node" (fromYaml .)) -}}
{{- end -}}

{{/* What the chart itself puts into the configuration, as a YAML map: (dict "root" $ "userKeys" list). */}}
{{- define "flink-operator.computedConf" -}}
{{- $prefix := "kubernetes.operator." -}}
{{- with include "flink-operator.watchNamespaces" .root | fromJsonArray }}
{{ $prefix }}watched.namespaces: {{ join "," . }}
{{- end }}
{{- with .root.Values.operatorHealth }}
{{ $prefix }}health.probe.enabled: true
{{ $prefix }}health.probe.port: {{ int .port }}
{{- end }}
{{- $enabled := printf "%sleader-election.enabled" $prefix -}}
{{- $lease := printf "%sleader-election.lease-name" $prefix -}}
{{- $replicated := eq (include "flink-operator.replicated" .root) "true" -}}
{{- if and $replicated (not (has $enabled .userKeys)) }}
{{ $enabled }}: true
{{- end }}
{{- if and (or $replicated (has $enabled .userKeys)) (not (has $lease .userKeys)) }}
{{ $lease }}: flink-operator-lease
{{- end }}
{{- end -}}

{{/*
One configuration text: (dict "root" $ "text" string). The built-in part (unless
append is off), the user's, and the computed part, each key once: the user's
keys replace the built-in ones, and the computed ones, which RBAC and the probes
follow too, replace the user's. So it reads the same for the legacy parser,
where the last of two equal keys wins, and for the strict YAML parser, where two
equal keys are an error.
*/}}
{{- define "flink-operator.conf" -}}
{{- $user := .text | default "" -}}
{{- $userKeys := include "flink-operator.confKeys" $user | splitList "\n" -}}
{{- $computed := include "flink-operator.computedConf" (dict "root" .root "userKeys" $userKeys) | trim -}}
{{- $computedKeys := include "flink-operator.confKeys" $computed | splitList "\n" -}}
{{- $out := list -}}
{{- if .root.Values.defaultConfiguration.append -}}
{{- range splitList "\n" (.root.Files.Get "conf/flink-conf.yaml" | trimSuffix "\n") -}}
{{- $key := include "flink-operator.lineKey" . -}}
{{- if not (and $key (or (has $key $userKeys) (has $key $computedKeys))) -}}
{{- $out = append $out . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $user -}}
{{- range splitList "\n" (trimSuffix "\n" $user) -}}
{{- $key := include "flink-operator.lineKey" . -}}
{{- if not (and $key (has $key $computedKeys)) -}}
{{- $out = append $out (regexReplaceAll "\\s+$" . "") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $computed -}}
{{- $out = append $out $computed -}}
{{- end -}}
{{- join "\n" $out }}
{{ end -}}

{{/* A log4j file: the built-in part, then the user's: (dict "root" $ "name" file name). */}}
{{- define "flink-operator.log4j" -}}
{{- $conf := .root.Values.defaultConfiguration -}}
{{- if $conf.append -}}
{{- .root.Files.Get (printf "conf/%s" .name) -}}
{{- end -}}
{{- index $conf .name | default "" -}}
{{- end -}}

{{/* A logback file: the user's, or else the built-in: XML cannot be appended to. */}}
{{- define "flink-operator.logback" -}}
{{- $conf := .root.Values.defaultConfiguration -}}
{{- $builtin := ternary (.root.Files.Get (printf "conf/%s" .name)) "" (eq $conf.append true) -}}
{{- index $conf .name | default $builtin -}}
{{- end -}}

{{/*
A container's environment: (dict "own" list "user" list). A variable that the
user sets replaces the chart's: two of one name are refused by server-side apply.
*/}}
{{- define "flink-operator.env" -}}
{{- $user := .user | default list -}}
{{- $names := list -}}
{{- range $user -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- $out := list -}}
{{- range .own -}}
{{- if not (has .name $names) -}}
{{- $out = append $out . -}}
{{- end -}}
{{- end -}}
{{- toYaml (concat $out $user) -}}
{{- end -}}

{{/* The chart's variables of the operator container. */}}
{{- define "flink-operator.operatorEnv" -}}
- name: OPERATOR_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: HOST_IP
  valueFrom: {fieldRef: {fieldPath: status.hostIP}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: OPERATOR_NAME
  value: {{ include "flink-operator.name" . | quote }}
- name: FLINK_CONF_DIR
  value: /opt/flink/conf
- name: FLINK_PLUGINS_DIR
  value: /opt/flink/plugins
- name: LOGGING_FRAMEWORK
  value: {{ .Values.logging.framework | quote }}
- name: LOG_CONFIG
  value: {{ include "flink-operator.logConfig" . | quote }}
- name: JVM_ARGS
  value: {{ .Values.jvmArgs.operator | default "" | quote }}
{{- if .Values.tls.create }}
- name: OPERATOR_KEYSTORE_PATH
  value: /opt/flink/tls-cert/keystore.jks
- name: OPERATOR_TRUSTSTORE_PATH
  value: /opt/flink/tls-cert/truststore.jks
- name: OPERATOR_KEYSTORE_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- toYaml (merge (dict) (.Values.tls.secretKeyRef | default dict) (dict "optional" true)) | nindent 6 }}
{{- end }}
{{- end -}}

{{/* The chart's variables of the webhook container. */}}
{{- define "flink-operator.webhookEnv" -}}
- name: WEBHOOK_KEYSTORE_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- include "flink-operator.keystorePasswordRef" . | nindent 6 }}
- name: WEBHOOK_KEYSTORE_FILE
  value: /certs/keystore.p12
- name: WEBHOOK_KEYSTORE_TYPE
  value: pkcs12
- name: WEBHOOK_SERVER_PORT
  value: "9443"
- name: LOGGING_FRAMEWORK
  value: {{ .Values.logging.framework | quote }}
- name: LOG_CONFIG
  value: {{ include "flink-operator.logConfig" . | quote }}
- name: JVM_ARGS
  value: {{ .Values.jvmArgs.webhook | default "" | quote }}
- name: FLINK_CONF_DIR
  value: /opt/flink/conf
- name: FLINK_PLUGINS_DIR
  value: /opt/flink/plugins
- name: OPERATOR_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
{{- end -}}

{{/*
A probe: (dict "probe" map "handler" map). The handler is the chart's unless the
probe has one of its own.
*/}}
{{- define "flink-operator.probe" -}}
{{- $handler := .handler -}}
{{- range list "httpGet" "tcpSocket" "exec" "grpc" -}}
{{- if hasKey $.probe . -}}
{{- $handler = dict -}}
{{- end -}}
{{- end -}}
{{- toYaml (merge (dict) .probe $handler) -}}
{{- end -}}

{{/* Pods apart from each other where that is possible: for more than one replica. */}}
{{- define "flink-operator.softSpread" -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "flink-operator.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end -}}

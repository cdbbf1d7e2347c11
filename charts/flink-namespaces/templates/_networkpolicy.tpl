{{/*
Head of a NetworkPolicy: (dict "root" $ "namespace" "…" "name" "…").
*/}}
{{- define "flink-namespaces.policy" }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  namespace: {{ .namespace | quote }}
  labels:
    {{- include "flink-namespaces.labels" (dict "root" .root) | nindent 4 }}
{{- end -}}

{{/*
Peers of a rule as a list: (dict "cidrs" list "namespaces" list). The API server itself puts the label
kubernetes.io/metadata.name on every namespace.
*/}}
{{- define "flink-namespaces.peers" -}}
{{- range .cidrs }}
- ipBlock:
    cidr: {{ . | quote }}
{{- end }}
{{- range .namespaces }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ . | quote }}
{{- end }}
{{- end -}}

{{/*
Ports of a rule as a list: (dict "ports" list "protocol" "…"). No ports: all of the protocol.
*/}}
{{- define "flink-namespaces.ports" -}}
{{- $protocol := .protocol | default "TCP" -}}
{{- range .ports }}
- protocol: {{ $protocol }}
  port: {{ int . }}
{{- else }}
- protocol: {{ $protocol }}
{{- end }}
{{- end -}}

{{/*
The openings that a team or a person lists, one policy each: (dict "root" $ "namespace" "…" "direction" "Egress"|"Ingress"
"openings" map).
*/}}
{{- define "flink-namespaces.openings" -}}
{{- $root := .root -}}{{- $namespace := .namespace -}}{{- $direction := .direction -}}
{{- range $name, $opening := .openings }}
{{- if $opening }}
{{- if not (or $opening.cidrs $opening.namespaces) }}
{{- fail (printf "namespaces.%s.networkPolicy.allow%s.%s: say with whom: cidrs (0.0.0.0/0 is everyone) or namespaces" $namespace $direction $name) }}
{{- end }}
{{- include "flink-namespaces.policy" (dict "root" $root "namespace" $namespace "name" (printf "flink-%s-%s" (lower $direction) $name)) }}
spec:
  podSelector: {}
  policyTypes: [{{ $direction }}]
  {{ lower $direction }}:
    - {{ ternary "to" "from" (eq $direction "Egress") }}:
        {{- include "flink-namespaces.peers" (pick $opening "cidrs" "namespaces") | trim | nindent 8 }}
      ports:
        {{- include "flink-namespaces.ports" (pick $opening "ports" "protocol") | trim | nindent 8 }}
{{- end }}
{{- end }}
{{- end -}}

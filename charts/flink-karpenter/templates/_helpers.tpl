{{/*
Labels of an object: (dict "root" $ "own" (list map …)). commonLabels first, then the object's own, the later over the
earlier; managed-by is always Helm's. No chart version: it would change every object at every release of the chart.
*/}}
{{- define "flink-karpenter.labels" -}}
{{- $all := dict -}}
{{- range $map := prepend (.own | default list) .root.Values.commonLabels -}}
{{- range $key, $value := $map -}}
{{- $_ := set $all $key $value -}}
{{- end -}}
{{- end -}}
{{- $_ := set $all "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- toYaml $all -}}
{{- end -}}

{{/*
The objects of one kind: (dict "root" $ "apiVersion" "…" "kind" "…" "objects" map). Karpenter's kinds are cluster-scoped:
no namespace.
*/}}
{{- define "flink-karpenter.objects" -}}
{{- $root := .root -}}{{- $apiVersion := .apiVersion -}}{{- $kind := .kind -}}
{{- range $name, $object := .objects }}
{{- if $object }}
---
apiVersion: {{ $apiVersion }}
kind: {{ $kind }}
metadata:
  name: {{ $name | quote }}
  labels:
    {{- include "flink-karpenter.labels" (dict "root" $root "own" (list $object.labels)) | nindent 4 }}
  {{- with $object.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- toYaml $object.spec | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Labels of an object: (dict "root" $ "own" (list map …)). commonLabels first, then the object's own, the later over the
earlier; managed-by is always Helm's. No chart version: it would change every object at every release of the chart.
*/}}
{{- define "flink-monitoring.labels" -}}
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
The objects of one kind of monitoring.coreos.com/v1: (dict "root" $ "kind" "…" "values" "the key in .Values"). toYaml does not
evaluate templates, so that the braces of an alert's summary reach Prometheus as they are.
*/}}
{{- define "flink-monitoring.objects" -}}
{{- $root := .root -}}{{- $kind := .kind -}}{{- $values := .values -}}
{{- $seen := dict -}}
{{- range $id, $object := index $root.Values $values }}
{{- if $object }}
{{- $name := $object.name | default $id }}
{{- $namespace := $object.namespace | default $root.Release.Namespace }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" $name) }}
{{- fail (printf "%s: %q cannot be the name of an object: lower-case letters, digits and '-'. Set name: beside spec:, or use another key" $values $name) }}
{{- end }}
{{- $key := printf "%s/%s" $namespace $name }}
{{- if hasKey $seen $key }}
{{- fail (printf "%s: %q and %q are both %s %s: give one of them another name or namespace" $values (get $seen $key) $id $kind $key) }}
{{- end }}
{{- $_ := set $seen $key $id }}
---
apiVersion: monitoring.coreos.com/v1
kind: {{ $kind }}
metadata:
  name: {{ $name | quote }}
  namespace: {{ $namespace | quote }}
  labels:
    {{- include "flink-monitoring.labels" (dict "root" $root "own" (list $object.labels)) | nindent 4 }}
  {{- with $object.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- toYaml $object.spec | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

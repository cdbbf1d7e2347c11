{{/*
Labels of an object: (dict "root" $ "own" (list map …)). commonLabels first, then the object's own, the later over the
earlier; managed-by is always Helm's. No chart version: it would change every object at every release of the chart.
*/}}
{{- define "flink-jobs.labels" -}}
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
Completes the pod templates of a FlinkDeploymentSpec with apiVersion v1 and kind Pod, in place: give it a copy. With the
two, Kustomize knows a pod and merges containers, env and volumes by name; without, a patch replaces the whole list.
*/}}
{{- define "flink-jobs.completePods" -}}
{{- range $holder := list . .jobManager .taskManager -}}
{{- if kindIs "map" $holder -}}
{{- if kindIs "map" $holder.podTemplate -}}
{{- range $field, $value := dict "apiVersion" "v1" "kind" "Pod" -}}
{{- if not (get $holder.podTemplate $field) -}}
{{- $_ := set $holder.podTemplate $field $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The objects of one kind: (dict "root" $ "kind" "…" "values" "the key in .Values"), of Flink unless there is an "apiVersion".
toYaml does not evaluate templates, so the braces of an ingress template ({{ "{{name}}" }}) reach the operator as they are.
*/}}
{{- define "flink-jobs.objects" -}}
{{- $root := .root -}}{{- $kind := .kind -}}{{- $values := .values -}}
{{- $apiVersion := .apiVersion | default "flink.apache.org/v1beta1" -}}
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
{{- $spec := deepCopy $object.spec }}
{{- include "flink-jobs.completePods" $spec }}
{{- if kindIs "map" $spec.template }}
{{- if kindIs "map" $spec.template.spec }}
{{- include "flink-jobs.completePods" $spec.template.spec }}
{{- end }}
{{- end }}
---
apiVersion: {{ $apiVersion }}
kind: {{ $kind }}
metadata:
  name: {{ $name | quote }}
  namespace: {{ $namespace | quote }}
  labels:
    {{- include "flink-jobs.labels" (dict "root" $root "own" (list $object.labels)) | nindent 4 }}
  {{- with $object.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- toYaml $spec | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

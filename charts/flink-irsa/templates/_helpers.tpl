{{/*
Labels of an object: (dict "root" $ "own" (list map …)). commonLabels first, then the object's own, the later over the
earlier; managed-by is always Helm's. No chart version: it would change every object at every release of the chart.
*/}}
{{- define "flink-irsa.labels" -}}
{{- $all := dict -}}
{{- range $map := prepend (.own | default list) .root.Values.commonLabels -}}
{{- range $key, $value := $map -}}
{{- $_ := set $all $key $value -}}
{{- end -}}
{{- end -}}
{{- $_ := set $all "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- toYaml $all -}}
{{- end -}}

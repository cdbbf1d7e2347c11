{{/*
Labels of an object: (dict "root" $ "own" (list map …)). commonLabels first, then the object's own, the later over the
earlier; managed-by is always Helm's. No chart version: it would change every object at every release of the chart.
*/}}
{{- define "flink-namespaces.labels" -}}
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
Pod security labels of a namespace's values: restricted in all three modes unless said otherwise; "" leaves a mode out.
*/}}
{{- define "flink-namespaces.podSecurity" -}}
{{- $given := .podSecurity | default dict -}}
{{- range $mode := list "enforce" "audit" "warn" -}}
{{- $level := ternary (index $given $mode) "restricted" (kindIs "string" (index $given $mode)) -}}
{{- if $level }}
pod-security.kubernetes.io/{{ $mode }}: {{ $level | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
A quantity as text, whichever way it was written: (100, "100", 1.5, 800Gi).
*/}}
{{- define "flink-namespaces.quantity" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toJson . }}{{ end }}
{{- end -}}

{{/*
People's access of a namespace's values as {level: [subject …]}, groups before users, each in the order of the names.
*/}}
{{- define "flink-namespaces.access" -}}
{{- $levels := dict -}}
{{- range $kind, $people := dict "Group" (.access | default dict).groups "User" (.access | default dict).users -}}
{{- range $person, $level := $people -}}
{{- if $level -}}
{{- $subject := dict "apiGroup" "rbac.authorization.k8s.io" "kind" $kind "name" $person -}}
{{- $_ := set $levels $level (append (get $levels $level | default list) $subject) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $levels -}}
{{- end -}}

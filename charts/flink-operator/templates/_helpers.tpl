{{/*
Helpers of the whole chart. Those of one folder stand in that folder's _helpers.tpl.
*/}}

{{/* The name that the upstream chart gives to the Deployment and to the selector label. */}}
{{- define "flink-operator.name" -}}
{{- default "flink-kubernetes-operator" .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Stands in for an account, role or binding that is created without a name. */}}
{{- define "flink-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default "flink-kubernetes-operator" .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Selector labels: they may never change, and no user label may override them. */}}
{{- define "flink-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "flink-operator.name" . }}
{{- end -}}

{{/* Labels of every object. The chart's own win over commonLabels. No chart version, on purpose. */}}
{{- define "flink-operator.labels" -}}
{{- include "flink-operator.labelsWith" (dict "root" . "extra" dict) -}}
{{- end -}}

{{/* As flink-operator.labels, with more labels of one object: (dict "root" $ "extra" map). */}}
{{- define "flink-operator.labelsWith" -}}
{{- $own := fromYaml (include "flink-operator.selectorLabels" .root) -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- toYaml (merge $own (.extra | default dict) (.root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{/* image: a digest wins over a tag; no tag means the app version. */}}
{{- define "flink-operator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* The watched namespaces without doubles, as a JSON list; [] means all. */}}
{{- define "flink-operator.watchNamespaces" -}}
{{- .Values.watchNamespaces | default list | uniq | toJson -}}
{{- end -}}

{{/* The number of replicas; none given is one, 0 is 0. */}}
{{- define "flink-operator.replicas" -}}
{{- ternary 1 (int .Values.replicas) (kindIs "invalid" .Values.replicas) -}}
{{- end -}}

{{/* "true" when more than one replica is asked for, else empty. */}}
{{- define "flink-operator.replicated" -}}
{{- if gt (include "flink-operator.replicas" . | int) 1 -}}true{{- end -}}
{{- end -}}

{{/* A role name with a colon, such as system:aggregate-to-edit, is a ClusterRole's. */}}
{{- define "flink-operator.roleKind" -}}
{{- if contains ":" . -}}ClusterRole{{- else -}}Role{{- end -}}
{{- end -}}

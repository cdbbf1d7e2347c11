{{/* The jobs' ServiceAccount. */}}
{{- define "flink-operator.jobServiceAccountName" -}}
{{- $sa := .Values.jobServiceAccount -}}
{{- $sa.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $sa.create true)) -}}
{{- end -}}

{{/* The jobs' Role. */}}
{{- define "flink-operator.jobRoleName" -}}
{{- $role := .Values.rbac.jobRole -}}
{{- $role.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $role.create true)) -}}
{{- end -}}

{{/* The jobs' RoleBinding. */}}
{{- define "flink-operator.jobRoleBindingName" -}}
{{- $binding := .Values.rbac.jobRoleBinding -}}
{{- $binding.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $binding.create true)) -}}
{{- end -}}

{{/* Where the jobs' account, role and binding go, as a JSON list: the watched namespaces, or the release's. */}}
{{- define "flink-operator.jobNamespaces" -}}
{{- .Values.watchNamespaces | default (list .Release.Namespace) | uniq | toJson -}}
{{- end -}}

{{/* What a JobManager may do: make TaskManager pods, keep HA metadata. */}}
{{- define "flink-operator.jobRules" -}}
- apiGroups: [""]
  resources: [pods, configmaps]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [apps]
  resources: [deployments, deployments/finalizers]
  verbs: [get, list, watch, create, update, patch, delete]
{{- end -}}

{{/* The operator's ServiceAccount. */}}
{{- define "flink-operator.serviceAccountName" -}}
{{- $sa := .Values.operatorServiceAccount -}}
{{- $sa.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $sa.create true)) -}}
{{- end -}}

{{/* The operator's Role or ClusterRole. */}}
{{- define "flink-operator.roleName" -}}
{{- $role := .Values.rbac.operatorRole -}}
{{- $role.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $role.create true)) -}}
{{- end -}}

{{/* The operator's RoleBinding or ClusterRoleBinding. */}}
{{- define "flink-operator.roleBindingName" -}}
{{- $binding := .Values.rbac.operatorRoleBinding -}}
{{- $binding.name | default (ternary (include "flink-operator.fullname" .) "default" (eq $binding.create true)) -}}
{{- end -}}

{{/* What the operator may do in a watched namespace, or in the whole cluster. */}}
{{- define "flink-operator.rules" -}}
{{- $full := "[get, list, watch, create, update, patch, delete]" -}}
- apiGroups: [""]
  resources: [pods, services, events, configmaps, secrets]
  verbs: [get, list, watch, create, update, patch, delete, deletecollection]
{{- if .Values.rbac.nodesRule.create }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [list]
{{- end }}
- apiGroups: [apps]
  resources: [deployments, deployments/finalizers, replicasets]
  verbs: {{ $full }}
- apiGroups: [apps]
  resources: [deployments/scale]
  verbs: [get, update, patch]
- apiGroups: [extensions]
  resources: [deployments, ingresses]
  verbs: {{ $full }}
- apiGroups: [flink.apache.org]
  resources:
    - flinkdeployments
    - flinkdeployments/finalizers
    - flinksessionjobs
    - flinksessionjobs/finalizers
    - flinkstatesnapshots
    - flinkstatesnapshots/finalizers
    - flinkbluegreendeployments
    - flinkbluegreendeployments/finalizers
  verbs: {{ $full }}
- apiGroups: [flink.apache.org]
  resources:
    - flinkdeployments/status
    - flinksessionjobs/status
    - flinkstatesnapshots/status
    - flinkbluegreendeployments/status
  verbs: [get, update, patch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: {{ $full }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: {{ $full }}
{{- end -}}

{{/* What the operator may do in its own namespace when that is not watched. */}}
{{- define "flink-operator.ownNamespaceRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [flink.apache.org]
  resources: [flinkstatesnapshots]
  verbs: [list]
{{- end -}}

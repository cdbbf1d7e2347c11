{{- define "jobs.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: flink
app.kubernetes.io/managed-by: Helm
team: {{ .job.team }}
{{- end }}

{{- define "jobs.placement" -}}
nodeSelector:
  karpenter.sh/nodepool: {{ .job.pool }}
  kubernetes.io/arch: {{ .job.arch }}
tolerations:
- key: flink
  operator: Equal
  value: "true"
  effect: NoSchedule
{{- end }}

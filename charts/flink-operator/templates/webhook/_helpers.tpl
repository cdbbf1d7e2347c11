{{/* webhook.validator.create, where given, wins over webhook.create. */}}
{{- define "flink-operator.validatorEnabled" -}}
{{- $own := .Values.webhook.validator | default dict -}}
{{- if ternary $own.create .Values.webhook.create (kindIs "bool" $own.create) -}}true{{- end -}}
{{- end -}}

{{/* webhook.mutator.create, where given, wins over webhook.create. */}}
{{- define "flink-operator.mutatorEnabled" -}}
{{- $own := .Values.webhook.mutator | default dict -}}
{{- if ternary $own.create .Values.webhook.create (kindIs "bool" $own.create) -}}true{{- end -}}
{{- end -}}

{{/* "true" when the webhook container and what it needs are rendered, else empty. */}}
{{- define "flink-operator.webhookEnabled" -}}
{{- if or (include "flink-operator.validatorEnabled" .) (include "flink-operator.mutatorEnabled" .) -}}true{{- end -}}
{{- end -}}

{{/* Which key of which Secret holds the keystore's password: for the container and the Certificate. */}}
{{- define "flink-operator.keystorePasswordRef" -}}
{{- $keystore := .Values.webhook.keystore | default dict -}}
{{- if $keystore.useDefaultPassword -}}
name: flink-operator-webhook-secret
key: password
{{- else -}}
{{- $ref := $keystore.passwordSecretRef | default dict -}}
name: {{ required "webhook.keystore.passwordSecretRef.name: needed unless useDefaultPassword is true" $ref.name }}
key: {{ required "webhook.keystore.passwordSecretRef.key: needed unless useDefaultPassword is true" $ref.key }}
{{- end -}}
{{- end -}}

{{/* Without a list of watched namespaces the webhooks see all of them. */}}
{{- define "flink-operator.namespaceSelector" -}}
{{- with include "flink-operator.watchNamespaces" . | fromJsonArray -}}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: In
      values:
        {{- toYaml . | nindent 8 }}
{{- end -}}
{{- end -}}

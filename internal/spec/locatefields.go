package spec

import (
	"slices"
	"strings"
)

// kindFields is the table of one kind, or of those of its objects whose name
// begins so.
type kindFields struct {
	kind, name string
	places     []place
}

// fields reads a table, a line each: the keys of a field with spaces between
// ("*" is any one key or item), "<", and the keys of the values that it comes
// from, the most certain first. Those are looked for in the values of the
// object itself, then in its team's jobDefaults, in jobDefaults and in runtime;
// behind "team:" in its team, behind "root:" at the top. A last key "*" stands
// for the rest of the field, all of which must be there, "?" for a rest whose
// first step decides, "#" for the item's turn among the sorted keys, and a key
// "@" for the rest of the object's name.
func fields(tables ...string) []place {
	var out []place
	for _, table := range tables {
		for line := range strings.Lines(table) {
			field, from, ok := strings.Cut(line, "<")
			if ok {
				out = append(out, place{steps: strings.Fields(field), from: sources(from)})
			}
		}
	}
	return out
}

// storageSources is where the bucket and the prefix of state come from.
const storageSources = " storage.bucket storage team:storage.bucket team:storage root:storage.bucket root:storage "

const metaFields = `
	metadata name < name
	metadata namespace < team:namespace team cluster
	metadata labels < labels.*
	metadata labels helm-flink.dev/team < team cluster
	metadata labels app.kubernetes.io/part-of < root:platform.name
	metadata annotations < annotations.*
`

const jobFields = `
	spec < spec.*
	spec job jarURI < jarURI sql.runner python sql
	spec job entryClass < entryClass python sql
	spec job args < args.* python sql
	spec job parallelism < parallelism
	spec job state < state
	spec job upgradeMode < upgradeMode
	spec job allowNonRestoredState < upgrade.allowNonRestoredState
	spec job initialSavepointPath < initialSavepointPath
	spec job savepointRedeployNonce < savepointRedeployNonce
	spec restartNonce < restartNonce
	spec deploymentName < cluster
`

const clusterFields = `
	spec image < image flinkVersion
	spec imagePullPolicy < imagePullPolicy
	spec flinkVersion < flinkVersion emrReleaseLabel image
	spec emrReleaseLabel < emrReleaseLabel
	spec executionRoleArn < role team:role
	spec serviceAccount < serviceAccount role team:serviceAccount
	spec mode < mode
	spec logConfiguration < logging.*
	spec ingress template < ingress.host
	spec ingress className < ingress.className
	spec ingress annotations < ingress.annotations.? ingress.auth
	spec ingress annotations helm-flink.dev/allow-unauthenticated < ingress.allowUnauthenticated
	spec ingress annotations alb.ingress.kubernetes.io/scheme < ingress.annotations.? ingress.scheme
	spec ingress labels < ingress.labels.*
	spec ingress tls < ingress.tlsSecret
	spec ingress < ingress
	spec jobManager resource cpu < jobManager.cpu
	spec jobManager resource memory < jobManager.memory
	spec jobManager resource ephemeralStorage < jobManager.ephemeralStorage
	spec jobManager replicas < jobManager.replicas highAvailability.enabled
	spec jobManager highAvailabilityEnabled < highAvailability.enabled
	spec jobManager storageDir < highAvailability.storageDir` + storageSources + `
	spec taskManager resource cpu < taskManager.cpu
	spec taskManager resource memory < taskManager.memory
	spec taskManager resource ephemeralStorage < taskManager.ephemeralStorage stateBackend.localSize
	spec taskManager replicas < taskManager.replicas
	spec monitoringConfiguration image < monitoring.image
	spec monitoringConfiguration s3MonitoringConfiguration < monitoring.s3.bucket monitoring.s3.prefix monitoring.s3
	spec monitoringConfiguration cloudWatchMonitoringConfiguration logGroupName < monitoring.cloudWatch.logGroup
	spec monitoringConfiguration cloudWatchMonitoringConfiguration logStreamNamePrefix < monitoring.cloudWatch.streamPrefix
	spec monitoringConfiguration cloudWatchMonitoringConfiguration < monitoring.cloudWatch
	spec monitoringConfiguration sideCarResources limits cpuLimit < monitoring.sidecar.cpu
	spec monitoringConfiguration sideCarResources limits memoryLimit < monitoring.sidecar.memory
	spec monitoringConfiguration sideCarResources < monitoring.sidecar
	spec monitoringConfiguration containerLogRotationConfiguration rotationSize < monitoring.logRotation.size
	spec monitoringConfiguration containerLogRotationConfiguration maxFilesToKeep < monitoring.logRotation.keep
	spec monitoringConfiguration containerLogRotationConfiguration < monitoring.logRotation
	spec monitoringConfiguration < monitoring
`

const podFields = `
	spec podTemplate < podTemplate.*
	spec podTemplate metadata annotations < doNotDisrupt
	spec podTemplate metadata annotations yunikorn.apache.org/app-id < scheduler
	spec podTemplate metadata annotations yunikorn.apache.org/queue < scheduler.queue scheduler
	spec podTemplate metadata labels < scheduler.queue scheduler
	spec podTemplate spec schedulerName < scheduler
	spec jobManager podTemplate metadata annotations < scheduler.gang
	spec taskManager podTemplate metadata annotations < scheduler.gang
	spec podTemplate spec containers flink-main-container env < env.? connectors
	spec podTemplate spec containers flink-main-container env ENABLE_BUILT_IN_PLUGINS < s3.plugin s3.version image flinkVersion
	spec podTemplate spec containers flink-main-container volumeMounts < volumes.? connectors
	spec podTemplate spec volumes < volumes.? connectors
	spec podTemplate spec initContainers < connectors
	spec podTemplate spec imagePullSecrets < imagePullSecrets.*
	spec jobManager podTemplate < jobManager.podTemplate.*
	spec jobManager podTemplate spec nodeSelector < jobManager.nodeSelector.* nodePool.jobManager
	spec jobManager podTemplate spec tolerations < jobManager.tolerations.* podTemplate.spec.tolerations.* nodePool.jobManager
	spec jobManager podTemplate spec topologySpreadConstraints < jobManager.topologySpreadConstraints.*
	spec jobManager podTemplate spec topologySpreadConstraints < podTemplate.spec.topologySpreadConstraints.*
	spec taskManager podTemplate < taskManager.podTemplate.*
	spec taskManager podTemplate spec nodeSelector < taskManager.nodeSelector.* nodePool.taskManager
	spec taskManager podTemplate spec tolerations < taskManager.tolerations.* podTemplate.spec.tolerations.* nodePool.taskManager
	spec taskManager podTemplate spec topologySpreadConstraints < taskManager.topologySpreadConstraints.*
	spec taskManager podTemplate spec topologySpreadConstraints < podTemplate.spec.topologySpreadConstraints.*
	spec taskManager podTemplate spec volumes flink-state < stateBackend.localSize stateBackend.type stateBackend.localRecovery
	spec taskManager podTemplate spec containers flink-main-container volumeMounts flink-state < stateBackend.type
	spec taskManager podTemplate spec containers flink-main-container volumeMounts flink-state < stateBackend.localRecovery
`

const webFields = `
	metadata labels < ingress.labels.*
	metadata annotations < ingress.annotations.? ingress.auth
	metadata annotations helm-flink.dev/allow-unauthenticated < ingress.allowUnauthenticated
	metadata annotations alb.ingress.kubernetes.io/scheme < ingress.annotations.? ingress.scheme
	metadata annotations < ingress
	spec ingressClassName < ingress.className ingress.class
	spec parentRefs < ingress.parentRefs
	spec hostnames < ingress.host
	spec rules < ingress.host
	spec tls < ingress.tlsSecret
	spec < ingress
`

const blueGreenFields = `
	spec configuration kubernetes.operator.bluegreen.abort.grace-period < transition.abortGracePeriod
	spec configuration kubernetes.operator.bluegreen.reconciliation.reschedule-interval < transition.rescheduleInterval
	spec configuration kubernetes.operator.bluegreen.deployment-deletion.delay < transition.deletionDelay
	spec configuration < transition
`

const snapshotFields = `
	spec < spec.*
	spec jobReference < job
	spec savepoint path < savepoint.path
	spec savepoint alreadyExists < savepoint.alreadyExists
	spec savepoint formatType < savepoint.format
	spec savepoint disposeOnDelete < savepoint.disposeOnDelete
	spec savepoint < savepoint
	spec checkpoint < checkpoint
	spec backoffLimit < backoffLimit
	metadata namespace < team:namespace team job
	metadata labels < labels.*
	metadata annotations < annotations.*
`

const nodePoolFields = `
	spec < spec.*
	spec template spec nodeClassRef < nodeClass
	spec template spec requirements < requirements.?
	spec template spec requirements kubernetes.io/arch < arch
	spec template spec requirements karpenter.sh/capacity-type < capacityTypes
	spec template spec requirements karpenter.k8s.aws/instance-family < instanceFamilies
	spec template spec requirements karpenter.k8s.aws/instance-category < instanceCategories
	spec template spec requirements karpenter.k8s.aws/instance-generation < instanceGenerations
	spec template spec requirements node.kubernetes.io/instance-type < instanceTypes
	spec template spec requirements karpenter.k8s.aws/instance-cpu < instanceCpus
	spec template spec requirements karpenter.k8s.aws/instance-memory < instanceMemory
	spec template spec requirements karpenter.k8s.aws/instance-local-nvme < localNvme
	spec template spec requirements topology.kubernetes.io/zone < zones
	spec template spec taints < taints.? taints
	spec template spec startupTaints < startupTaints.? startupTaints
	spec template spec expireAfter < expireAfter
	spec template spec terminationGracePeriod < terminationGracePeriod
	spec template metadata labels < labels.*
	spec template metadata annotations < annotations.*
	spec disruption consolidationPolicy < consolidationPolicy
	spec disruption consolidateAfter < consolidateAfter
	spec disruption budgets < budgets.# quietHours budgets
	spec limits < limits.*
	spec weight < weight
`

const nodeClassFields = `
	spec < spec.*
	spec amiSelectorTerms < amiAlias amiSelectorTerms
	spec amiFamily < amiFamily
	spec metadataOptions < metadataOptions.*
	spec kubelet < kubelet.*
	spec subnetSelectorTerms < subnetSelector root:cluster.subnetSelector root:cluster.name
	spec securityGroupSelectorTerms < securityGroupSelector root:cluster.securityGroupSelector root:cluster.name
	spec role < role root:cluster.nodeRole
	spec instanceStorePolicy < instanceStorePolicy
	spec userData < userData sysctls
	spec tags < tags.* root:cluster.tags.*
	spec blockDeviceMappings /dev/xvda ebs volumeSize < blockDevices./dev/xvda.size rootVolume.size
	spec blockDeviceMappings /dev/xvdb ebs volumeSize < blockDevices./dev/xvdb.size rootVolume.size
	spec blockDeviceMappings /dev/xvda ebs volumeType < blockDevices./dev/xvda.type rootVolume.type
	spec blockDeviceMappings /dev/xvdb ebs volumeType < blockDevices./dev/xvdb.type rootVolume.type
	spec blockDeviceMappings /dev/xvda ebs encrypted < blockDevices./dev/xvda.encrypted rootVolume.encrypted
	spec blockDeviceMappings /dev/xvdb ebs encrypted < blockDevices./dev/xvdb.encrypted rootVolume.encrypted
	spec blockDeviceMappings /dev/xvda ebs iops < blockDevices./dev/xvda.iops rootVolume.iops
	spec blockDeviceMappings /dev/xvdb ebs iops < blockDevices./dev/xvdb.iops rootVolume.iops
	spec blockDeviceMappings /dev/xvda ebs throughput < blockDevices./dev/xvda.throughput rootVolume.throughput
	spec blockDeviceMappings /dev/xvdb ebs throughput < blockDevices./dev/xvdb.throughput rootVolume.throughput
	spec blockDeviceMappings /dev/xvda ebs kmsKeyID < blockDevices./dev/xvda.kmsKeyId rootVolume.kmsKeyId
	spec blockDeviceMappings /dev/xvdb ebs kmsKeyID < blockDevices./dev/xvdb.kmsKeyId rootVolume.kmsKeyId
	spec blockDeviceMappings * deviceName < amiAlias
	spec blockDeviceMappings < blockDevices.? rootVolume blockDevices
	metadata labels < labels.*
	metadata annotations < annotations.*
`

const namespaceFields = `
	metadata name < namespace
	metadata labels < labels.*
	metadata labels pod-security.kubernetes.io/enforce < podSecurity.enforce
	metadata labels pod-security.kubernetes.io/audit < podSecurity.audit
	metadata labels pod-security.kubernetes.io/warn < podSecurity.warn
	metadata annotations < annotations.*
`

const limitRangeFields = `
	spec limits * default < limitRange.default.*
	spec limits * defaultRequest < limitRange.defaultRequest.*
	spec limits * max < limitRange.max.*
	spec limits * min < limitRange.min.*
	spec limits < limitRange quota
`

const egressFields = `
	spec egress * to < networkPolicy.allowEgress.@.cidrs
	spec egress * ports < networkPolicy.allowEgress.@.ports
	spec < networkPolicy.allowEgress.@
`

const ingressFields = `
	spec ingress * from < networkPolicy.allowIngress.@.cidrs networkPolicy.allowIngress.@.namespaces
	spec ingress * ports < networkPolicy.allowIngress.@.ports
	spec < networkPolicy.allowIngress.@
`

const operatorFields = `
	spec replicas < values.replicas replicas
	spec strategy < values.strategy.*
	spec template metadata annotations helm-flink.dev/watched-namespaces < watchNamespaces
	spec template spec containers flink-kubernetes-operator image < values.image image version root:runtime.imageRegistry
	spec template spec containers flink-kubernetes-operator resources < values.operatorPod.resources.* resources.*
	spec template spec containers flink-kubernetes-operator env < values.operatorPod.env.* watchNamespaces
	spec template spec containers flink-webhook image < values.image image version root:runtime.imageRegistry
	spec template spec containers flink-webhook resources < values.operatorPod.webhook.resources.*
	spec template spec containers flink-webhook env operator-keystore-password < webhook.keystoreSecret
	spec template spec containers flink-webhook < values.webhook webhook
	spec template spec initContainers < values.operatorPod.initContainers.*
	spec template spec containers < values.operatorPod.sidecarContainers.*
	spec template spec nodeSelector < values.operatorPod.nodeSelector.* nodeSelector.*
	spec template spec tolerations < values.operatorPod.tolerations.* tolerations.*
	spec template spec affinity < values.operatorPod.affinity.*
	spec template spec volumes < values.operatorVolumes.data.*
	spec template spec serviceAccountName < values.operatorServiceAccount.name
`

// allFields is the whole table, a kind each.
func allFields() []kindFields {
	one := func(kind string, tables ...string) kindFields {
		return kindFields{kind: kind, places: fields(tables...)}
	}
	of := func(kind, name, table string) kindFields { return kindFields{kind, name, fields(table)} }
	out := []kindFields{
		one("FlinkDeployment", jobFields, clusterFields, podFields, metaFields),
		one("FlinkBlueGreenDeployment", jobFields, clusterFields, podFields, blueGreenFields, metaFields),
		one("FlinkSessionJob", jobFields, metaFields),
		one("FlinkStateSnapshot", snapshotFields),
		one("Ingress", webFields),
		one("HTTPRoute", webFields),
		one("NodePool", nodePoolFields),
		one("EC2NodeClass", nodeClassFields),
		one("Namespace", namespaceFields),
		one("ResourceQuota", "spec hard < quota.* quota"),
		one("LimitRange", limitRangeFields),
		one("ServiceAccount", "metadata name < serviceAccount role\n metadata annotations < role"),
		of("NetworkPolicy", "flink-egress-", egressFields),
		of("NetworkPolicy", "flink-ingress-", ingressFields),
		of("NetworkPolicy", "flink-metrics", "spec ingress < networkPolicy.metricsNamespaces"),
		one("NetworkPolicy", "spec < networkPolicy"),
		of("RoleBinding", "flink-", "subjects < groups.? users.?"),
		one("Deployment", operatorFields),
		one("ConfigMap", "data < values.defaultConfiguration.? values.defaultConfiguration"),
		one("PodDisruptionBudget", "spec < values.podDisruptionBudget replicas"),
	}
	for _, kind := range []string{
		"Certificate", "Issuer", "Service", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
	} {
		out = append(out, one(kind, "webhooks < values.webhook webhook\n spec < values.webhook webhook"))
	}
	return slices.Clip(out)
}

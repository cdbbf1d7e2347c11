package manifest

// InventoryFile is the name of the file that a written directory carries at its
// root: it lists the files that we wrote there, and so marks the directory as
// generated.
const InventoryFile = ".helm-flink-files"

// BaseDir is the folder of a written directory that is the Kustomize base of
// everything, where the directory has overlays beside it.
const BaseDir = "base"

// KustomizeConfigurationFile is the name under which a Kustomize base that we
// write or serve carries what Kustomize must know of Flink's kinds
// (schemas.KustomizeConfiguration). What a base lists under `configurations`
// holds for the overlays over it.
const KustomizeConfigurationFile = "kustomize-configuration.yaml"

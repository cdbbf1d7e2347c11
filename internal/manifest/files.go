package manifest

// InventoryFile is the name of the file that a written directory carries at its
// root: it lists the files that we wrote there, and so marks the directory as
// generated.
const InventoryFile = ".helm-flink-files"

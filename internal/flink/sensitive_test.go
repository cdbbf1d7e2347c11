package flink_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestSensitive(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"s3.secret-key": true, "s3.access-key": true, "fs.s3a.access.key": true, "security.ssl.internal.keystore-password": true,
		"kubernetes.jobmanager.Token": true, "properties.sasl.jaas.config": true, "fs.azure.account.key.x": true,
		"state.backend.type": false, "execution.checkpointing.interval": false, "taskmanager.numberOfTaskSlots": false,
		"high-availability.storageDir": false,
	} {
		if got := flink.Sensitive(key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

package app

import (
	"fmt"
	"io"
)

// maxWhole is how large a file may be that is read whole, in bytes: the answer of
// aws ec2 describe-instance-types for a region has about 5 MB, all roles of a large
// account a few times that.
const maxWhole = 256 << 20

// readWhole reads a file, "-" being standard input. One that is larger than maxWhole
// is an error, never cut off.
func (a *App) readWhole(name string) ([]byte, error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxWhole+1))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil && len(data) > maxWhole {
		err = fmt.Errorf("%s has more than %d MiB", shownName(name), maxWhole>>20)
	}
	return data, err
}

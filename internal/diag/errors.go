package diag

import "errors"

// ErrNoInput means that the user gave nothing to work on: wrong usage.
var ErrNoInput = errors.New("no values: name a file with -f, or - for standard input")

package diag

import "errors"

// ErrNoInput means that the user gave nothing to work on: wrong usage.
var ErrNoInput = errors.New("no input: name a file, or - for standard input")

package diag

import "errors"

// ErrNoInput means that the user gave nothing to work on: wrong usage.
var ErrNoInput = errors.New("no input: name a file, as in -f flink.yaml, or - for standard input")

// ErrSeveralValues means that several values files stand where one platform is
// asked for: wrong usage.
var ErrSeveralValues = errors.New("there are several values files: name them all with -f, so that they are layered")

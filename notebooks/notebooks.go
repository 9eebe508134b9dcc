// Package notebooks holds the notebooks that the program shows by itself.
package notebooks

import _ "embed"

// Gallery is gallery.ipynb with its outputs: the figures of the field, each
// with the function that draws it.
//
//go:embed gallery.ipynb
var Gallery []byte

// Package notebooks holds the notebooks that the program shows by itself.
package notebooks

import (
	"bytes"
	_ "embed"
	"io"

	"github.com/klauspost/compress/gzip"
)

//go:generate go run ./pack

//go:embed gallery.ipynb.gz
var gallery []byte

// Gallery returns gallery.ipynb and gallery_codes.ipynb as one notebook with its
// outputs: the figures of the field, each with the function that draws it.
func Gallery() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(gallery))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

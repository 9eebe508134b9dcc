package fif

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// FuzzSets holds that no file of averages, epochs, events, projectors or covariances ends
// the program or fills memory.
func FuzzSets(f *testing.F) {
	files, _ := filepath.Glob(golden.Path(f, "fif/*-*.fif*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				f.Fatal(err)
			}
			if b, err = io.ReadAll(z); err != nil {
				f.Fatal(err)
			}
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := newFile(bytes.NewReader(b), int64(len(b)), "", at(bytes.NewReader(b)))
		if err != nil {
			return
		}
		if sets, err := c.evoked(ReadOptions{}); err == nil {
			for _, e := range sets {
				if len(e.X) != len(e.Channels) {
					t.Errorf("%d signals of %d channels", len(e.X), len(e.Channels))
				}
				_ = e.String()
			}
		}
		if ep, _, err := c.epochs(ReadOptions{}); err == nil && len(ep.X) != len(ep.Events) {
			t.Errorf("%d epochs of %d events", len(ep.X), len(ep.Events))
		}
		if v, err := c.covariance(); err == nil && len(v.Matrix) != len(v.Channels) {
			t.Errorf("%d rows of %d channels", len(v.Matrix), len(v.Channels))
		}
		_, _ = c.events()
		_, _, _ = c.annotations()
		_, _ = c.projectors(c.root, nil)
		_, _ = parseEvents(b)
		if c.taken > 8*c.size+1<<21 {
			t.Errorf("%d bytes were read of %d", c.taken, c.size)
		}
	})
}

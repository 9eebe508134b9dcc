package spikefile

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// FuzzReadPhy reads folders with a broken file: an error or units, and no panic.
func FuzzReadPhy(f *testing.F) {
	var o struct {
		Folders []struct{ Files map[string][]byte }
	}
	golden.JSON(f, golden.Path(f, "spikefile/phy.json"), &o)
	files := o.Folders[2].Files
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for k, name := range names {
		f.Add(k, files[name])
	}
	f.Fuzz(func(t *testing.T, k int, data []byte) {
		dir := fstest.MapFS{}
		for name, b := range files {
			dir[name] = &fstest.MapFile{Data: b}
		}
		dir[names[(k%len(names)+len(names))%len(names)]] = &fstest.MapFile{Data: data}
		s, err := readPhy(dir, func(string) {}, PhyOptions{})
		if err != nil {
			return
		}
		if len(s.Details) != len(s.IDs) {
			t.Errorf("%d details of %d units", len(s.Details), len(s.IDs))
		}
		if err := s.Check(); err != nil && s.T1 > s.T0 {
			t.Error(err)
		}
	})
}

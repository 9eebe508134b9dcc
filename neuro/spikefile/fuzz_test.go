package spikefile

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// FuzzTable takes trains out of tables: an error or trains that are in order.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"unit,time (ms)\nb10,1\nb2,1\nb10,2.5\nb9,\n", "A (s),B (s)\n.1,.2\n.3,n/a\n", "x\n1\n\n3\n", "unit,time\n-1,5\n10,4\n1e300,3\n"} {
		f.Add(s, "time", "unit", false)
		f.Add(s, "", "", true)
	}
	f.Fuzz(func(t *testing.T, text, times, labels string, sort bool) {
		x, err := table.Decode(strings.NewReader(text), ',', "f")
		if err != nil {
			return
		}
		o := Options{Unit: "ms", Times: times, Labels: labels, Sort: sort}
		parts, err := tableParts(x, o)
		if err != nil {
			return
		}
		r, names, err := o.raster(parts)
		if err != nil {
			return
		}
		for i, s := range r.Trains {
			if err := s.Check(names[i]); err != nil || len(s) > 0 && (s[0] < r.T0 || s[len(s)-1] > r.T1) {
				t.Errorf("%v from %g to %g: %v", s, r.T0, r.T1, err)
			}
		}
	})
}

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

package spikefile

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Write writes trains to a file that Read reads with the same options: .npz with an array
// for each train, .npy for a single one, .csv or .tsv (or .gz of these) with the columns
// "unit" and "time", in the unit of time that the options say. A train without spikes is
// a row without a time in a table. Times are written with all their digits, and differ
// from the trains by the rounding of the unit alone: to 1 part in 2^52, none for "ms";
// in samples they are rounded to whole ones.
//
// Errors: no or an unknown Unit, times that are not finite or not ascending, trains and
// Names of unequal number, a name that is empty or comes twice, another ending.
func Write(path string, t *Trains, o Options) error {
	fail := func(err error) error { return fmt.Errorf("spikefile: Write: %s: %w", path, err) }
	if t == nil {
		return fail(errors.New("the trains are nil"))
	}
	times, by, err := o.scale(o.Unit)
	if err != nil {
		return fail(err)
	}
	trains := t.Raster.Trains
	if len(trains) != len(t.Names) {
		return fail(fmt.Errorf("there are %d trains and %d Names; as many are needed", len(trains), len(t.Names)))
	}
	seen := map[string]bool{}
	out := make([][]float64, len(trains))
	for k, s := range trains {
		if name := t.Names[k]; strings.TrimSpace(name) == "" || seen[name] {
			return fail(fmt.Errorf("train %d is called %q; names must be there and differ", k, name))
		}
		seen[t.Names[k]] = true
		out[k] = make([]float64, len(s))
		for i, ms := range s {
			if math.IsNaN(ms) || math.IsInf(ms, 0) || i > 0 && ms < s[i-1] {
				return fail(fmt.Errorf("spike %d of train %q is at %g ms; times must be finite and ascending", i, t.Names[k], ms))
			}
			v := float64(ms*by) / times
			if o.Unit == "samples" {
				v = math.Round(v)
			}
			out[k][i] = v
		}
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".npy":
		if len(out) != 1 {
			return fail(fmt.Errorf("a .npy file holds one train; there are %d: write .npz or .csv", len(out)))
		}
		err = npy.Write(path, npy.FromVector(out[0]))
	case ".npz":
		all := map[string]*npy.Array{}
		for k, x := range out {
			all[t.Names[k]] = npy.FromVector(x)
		}
		err = npy.WriteAll(path, all)
	default:
		unit, time := table.Col{Name: "unit", Text: []string{}}, table.Col{Name: "time", Unit: o.Unit, Num: []float64{}}
		for k, x := range out {
			if len(x) == 0 {
				x = []float64{math.NaN()}
			}
			for _, v := range x {
				unit.Text, time.Num = append(unit.Text, t.Names[k]), append(time.Num, v)
			}
		}
		err = table.Table{Cols: []table.Col{unit, time}}.Write(path)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

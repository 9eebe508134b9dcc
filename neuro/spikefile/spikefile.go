// Package spikefile reads spike trains and sorted units from files: arrays of NumPy,
// tables, folders of Kilosort and phy, and .nev of Blackrock.
//
//	t, err := spikefile.Read("cell.npy", spikefile.Options{Unit: "s"})                     // one train
//	t, err = spikefile.Read("session.csv", spikefile.Options{Unit: "ms"})                  // columns unit and time, or a column per train
//	t, err = spikefile.Read("spike_times.npy", spikefile.Options{Unit: "samples", FS: 30000, LabelFile: "spike_clusters.npy"})
//	t.Raster                                                                               // trains in ms; shows itself
//	s, err := spikefile.ReadPhy("sorting/phy", spikefile.PhyOptions{})                     // spikes.Units with labels, channels, and templates
//	good, err := s.Of("good")
//	n, err := spikefile.ReadNEV("array.nev", spikefile.NEVOptions{})                       // units, waveforms, inputs, comments
//	err = spikefile.Write("trains.npz", t, spikefile.Options{Unit: "s"})
//
// Times of trains are in ms. What a file's times count is never guessed: the option Unit
// says it, or the head of a column, "time (s)".
package spikefile

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Options say what is in a file of trains.
type Options struct {
	Unit string  // of the times in the file: "s", "ms", "us" or "samples"; needed where no head of a column has it
	FS   float64 `unit:"Hz"` // samples a second; needed where Unit is "samples", whose number 0 is at 0 ms

	// Times and Labels name what holds the times and the unit of each of them: columns of
	// a table, arrays of an .npz file. Where they are empty, a table with the columns
	// "unit" and "time" is taken so, and in any other one each column or array is a train.
	Times, Labels string
	LabelFile     string   // the .npy file with the unit of each time in a .npy file; empty: one train
	Columns       []string // names of the columns of a table whose first row has none

	T0, T1 float64 `unit:"ms"` // window of the recording; both 0: from 0 to the last spike. A spike outside is an error
	Sort   bool    // put times of a train that are out of order into it; otherwise they are an error
}

// Trains are spike trains of a file.
type Trains struct {
	Raster neuro.Raster // times in ms
	Names  []string     // of each train, as the file has them
	Path   string
}

// scale returns the factor and the divisor that turn times of a unit into ms.
func (o Options) scale(unit string) (times, by float64, err error) {
	switch unit {
	case "s":
		return 1000, 1, nil
	case "ms":
		return 1, 1, nil
	case "us", "µs", "μs":
		return 1, 1000, nil
	case "samples":
		if !(o.FS > 0) || math.IsInf(o.FS, 1) {
			return 0, 0, fmt.Errorf("FS is %g Hz; times in samples need the samples a second, above 0", o.FS)
		}
		return 1000, o.FS, nil
	case "":
		return 0, 0, fmt.Errorf(`the unit of times is not known; give Unit: "s", "ms", "us", or "samples" with FS`)
	}
	return 0, 0, fmt.Errorf(`Unit is %q; "s", "ms", "us" and "samples" are allowed`, unit)
}

// named returns the unit of times from the option and the head of their column.
func (o Options) named(head string) (string, error) {
	switch {
	case head == "" || o.Unit == head:
		return o.Unit, nil
	case o.Unit == "":
		return head, nil
	}
	return "", fmt.Errorf("the head of the column of times says %q, and the option Unit %q", head, o.Unit)
}

// Plot draws the trains, one a row.
func (t *Trains) Plot() *figure.Figure { return t.Raster.Plot() }

// Table returns a row for each train: its name, spikes and rate.
func (t *Trains) Table() table.Table {
	cols := []table.Col{{Name: "train"}, {Name: "spikes"}, {Name: "rate", Unit: "Hz"}, {Name: "first", Unit: "ms"}, {Name: "last", Unit: "ms"}}
	dur := t.Raster.T1 - t.Raster.T0
	for i, s := range t.Raster.Trains {
		first, last := math.NaN(), math.NaN()
		if len(s) > 0 {
			first, last = s[0], s[len(s)-1]
		}
		cols[0].Text = append(cols[0].Text, t.Names[i])
		cols[1].Num = append(cols[1].Num, float64(len(s)))
		cols[2].Num = append(cols[2].Num, rate(len(s), dur))
		cols[3].Num, cols[4].Num = append(cols[3].Num, first), append(cols[4].Num, last)
	}
	return table.Table{Title: fmt.Sprintf("%d trains, %s to %s ms", len(t.Raster.Trains), display.Number(t.Raster.T0), display.Number(t.Raster.T1)), Cols: cols}
}

// Show returns the figure and the table.
func (t *Trains) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.Table().String()
	return b
}

func rate(n int, dur float64) float64 {
	if !(dur > 0) {
		return math.NaN()
	}
	return float64(1000*float64(n)) / dur
}

// natural orders names with their numbers as numbers: "unit2" before "unit10".
func natural(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, y := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if x != y {
				return strings.Compare(x, y)
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits returns how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// whole returns numbers of a file that must be whole.
func whole(what string, x []float64) ([]int, error) {
	out := make([]int, len(x))
	for i, v := range x {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%s %d is %s; a whole number is needed", what, i, strconv.FormatFloat(v, 'g', -1, 64))
		}
		out[i] = int(v)
	}
	return out, nil
}

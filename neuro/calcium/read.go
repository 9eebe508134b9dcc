package calcium

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Traces are those of the regions of a recording, a row each.
type Traces struct {
	F        [][]float64 // fluorescence
	Neuropil [][]float64 // about each; nil where there is none
	Events   [][]float64 // that suite2p found; nil where there are none
	Cell     []bool      // whether suite2p, or a person, takes it for a cell; nil where that is not told
	P        []float64   // suite2p's probability of it
	Names    []string    // numbers from 0, or the heads of columns
	FS       float64     `unit:"Hz"`
	Path     string
	Problems neuro.Problems
}

// ReadSuite2p reads a folder of suite2p ("suite2p/plane0") with fs frames a second: F.npy,
// and where they are there Fneu.npy, spks.npy and iscell.npy. ops.npy and stat.npy, which
// have the rate and the outlines, are pickles, programs of Python that run when they are
// read; they are not, and so the rate is to be given (ops["fs"]).
//
// Errors: no F.npy, arrays of other shapes, values that are not finite in F.npy.
//
// Source: suite2p's documentation, "Outputs". Checked against NumPy 2.4.6.
func ReadSuite2p(dir string, fs float64) (*Traces, error) {
	fail := func(err error) (*Traces, error) { return nil, fmt.Errorf("calcium: ReadSuite2p: %s: %w", dir, err) }
	if !(fs > 0) || math.IsInf(fs, 1) {
		return fail(fmt.Errorf("fs is %g Hz; frames a second must be above 0 (ops[\"fs\"] of suite2p)", fs))
	}
	t := &Traces{FS: fs, Path: dir}
	matrix := func(name string) ([][]float64, error) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
		}
		a, err := npy.Read(path)
		if err != nil {
			return nil, err
		}
		if len(a.Shape) != 2 || len(a.Values) == 0 {
			return nil, fmt.Errorf("%s has the shape %v; cells x frames are needed", name, a.Shape)
		}
		return a.Matrix(), nil
	}
	var err error
	if t.F, err = matrix("F.npy"); err != nil {
		return fail(err)
	}
	if err := finite(t.F); err != nil {
		return fail(fmt.Errorf("F.npy: %w", err))
	}
	for i := range t.F {
		t.Names = append(t.Names, fmt.Sprint(i))
	}
	for _, k := range []struct {
		name string
		to   *[][]float64
	}{{"Fneu.npy", &t.Neuropil}, {"spks.npy", &t.Events}} {
		x, err := matrix(k.name)
		switch {
		case errors.Is(err, os.ErrNotExist):
			t.Problems.Add("note", k.name, "is not there")
		case err != nil:
			return fail(err)
		case len(x) != len(t.F) || len(x[0]) != len(t.F[0]):
			return fail(fmt.Errorf("%s is %d x %d and F.npy %d x %d; they must be alike", k.name, len(x), len(x[0]), len(t.F), len(t.F[0])))
		default:
			*k.to = x
		}
	}
	is, err := matrix("iscell.npy")
	switch {
	case errors.Is(err, os.ErrNotExist):
		t.Problems.Add("note", "iscell.npy", "is not there; no region is taken for a cell or for none")
	case err != nil:
		return fail(err)
	case len(is) != len(t.F) || len(is[0]) != 2:
		return fail(fmt.Errorf("iscell.npy is %d x %d; %d x 2 are needed", len(is), len(is[0]), len(t.F)))
	default:
		for _, row := range is {
			t.Cell, t.P = append(t.Cell, row[0] != 0), append(t.P, row[1])
		}
	}
	return t, nil
}

// finite returns an error for the first value that is not.
func finite(x [][]float64) error {
	for i, row := range x {
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("trace %d is %g at frame %d; traces must be finite", i, v, j)
			}
		}
	}
	return nil
}

// Read reads traces of fs frames a second from an array of NumPy or a table: of .npy each
// row is a trace, or each column where columns is set; of .csv and .tsv (and .gz) each column is
// one, but for those called "time", "t" or "frame".
//
// Errors: an array of more than two dimensions, columns of text, a column called "unit",
// "cell", "neuron", "roi" or "id", as in a list of spike times, values that are not
// finite, naming the trace and the frame.
func Read(path string, fs float64, columns bool) (*Traces, error) {
	fail := func(err error) (*Traces, error) { return nil, fmt.Errorf("calcium: Read: %s: %w", path, err) }
	if !(fs > 0) || math.IsInf(fs, 1) {
		return fail(fmt.Errorf("fs is %g Hz; frames a second must be above 0", fs))
	}
	t := &Traces{FS: fs, Path: path}
	if strings.HasSuffix(strings.ToLower(path), ".npy") {
		a, err := npy.Read(path)
		if err != nil {
			return fail(err)
		}
		if len(a.Shape) < 1 || len(a.Shape) > 2 || len(a.Values) == 0 {
			return fail(fmt.Errorf("has the shape %v; traces x frames are needed, or frames alone", a.Shape))
		}
		t.F = a.Matrix()
		if columns && len(a.Shape) == 2 {
			rows := t.F
			t.F = make([][]float64, len(rows[0]))
			for c := range t.F {
				for _, row := range rows {
					t.F[c] = append(t.F[c], row[c])
				}
			}
		}
		for i := range t.F {
			t.Names = append(t.Names, fmt.Sprint(i))
		}
	} else {
		rows, err := table.Read(path)
		if err != nil {
			return fail(err)
		}
		for _, c := range rows.Cols {
			if slices.Contains([]string{"time", "t", "frame"}, strings.ToLower(c.Name)) {
				continue
			}
			if slices.Contains([]string{"unit", "cell", "neuron", "roi", "id"}, strings.ToLower(c.Name)) {
				return fail(fmt.Errorf("column %q names units, one a row; traces need a column for each unit and a row for each frame (spike times by unit are read by spikefile.Read)", c.Name))
			}
			if c.Num == nil {
				return fail(fmt.Errorf("column %q holds text; traces are numbers", c.Name))
			}
			t.F, t.Names = append(t.F, c.Num), append(t.Names, c.Name)
		}
		if len(t.F) == 0 || len(t.F[0]) == 0 {
			return fail(errors.New("has no traces"))
		}
	}
	if err := finite(t.F); err != nil {
		return fail(err)
	}
	return t, nil
}

// Cells returns the traces of the regions that are cells. It is an error where the file
// does not tell, or none is.
func (t *Traces) Cells() (*Traces, error) {
	if t.Cell == nil {
		return nil, errors.New("calcium: Cells: it is not told which regions are cells")
	}
	out := *t
	out.F, out.Neuropil, out.Events, out.Cell, out.P, out.Names = nil, nil, nil, nil, nil, nil
	for i, is := range t.Cell {
		if !is {
			continue
		}
		out.F, out.Cell, out.P, out.Names = append(out.F, t.F[i]), append(out.Cell, true), append(out.P, t.P[i]), append(out.Names, t.Names[i])
		if t.Neuropil != nil {
			out.Neuropil = append(out.Neuropil, t.Neuropil[i])
		}
		if t.Events != nil {
			out.Events = append(out.Events, t.Events[i])
		}
	}
	if len(out.F) == 0 {
		return nil, fmt.Errorf("calcium: Cells: none of %d regions is a cell", len(t.F))
	}
	return &out, nil
}

// mostDrawn is how many traces a figure shows.
const mostDrawn = 20

// Plot draws the first 20 traces above each other, each by its own range.
func (t *Traces) Plot() *figure.Figure {
	p := figure.Panel{X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: "trace"}}
	n := min(len(t.F), mostDrawn)
	for i := n - 1; i >= 0; i-- {
		lo, hi := slices.Min(t.F[i]), slices.Max(t.F[i])
		y := make([]float64, len(t.F[i]))
		for k, v := range t.F[i] {
			y[k] = float64(i)
			if hi > lo {
				y[k] += 0.9 * (v - lo) / (hi - lo)
			}
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, DX: 1 / t.FS, Y: y, Color: "black"})
		p.Y.Ticks, p.Y.Names = append(p.Y.Ticks, float64(i)+0.2), append(p.Y.Names, t.Names[i])
	}
	return &figure.Figure{Height: math.Max(3, math.Min(14, 2+float64(0.6*float64(n)))), Panels: []figure.Panel{p}}
}

// String describes the traces in a line.
func (t *Traces) String() string {
	s := fmt.Sprintf("%s of %s at %g Hz", spell.Count(len(t.F), "trace"), spell.Count(len(t.F[0]), "frame"), t.FS)
	if t.Cell != nil {
		n := 0
		for _, is := range t.Cell {
			if is {
				n++
			}
		}
		s += fmt.Sprintf(", %d of cells", n)
	}
	if t.Neuropil != nil {
		s += ", with neuropil"
	}
	return s
}

// Show draws the traces; their text is String.
func (t *Traces) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.String()
	return b
}

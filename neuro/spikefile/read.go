package spikefile

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Read returns the spike trains of a file, in ms:
//
//   - .npy, an array of times: one train, or with LabelFile a train for each number of
//     that array (n x 1, as Kilosort writes, is one of n)
//   - .npz, arrays of times: a train each, in the order of their names with numbers as
//     numbers; with Times and Labels, those two arrays, as for .npy
//   - .csv, .tsv (and .gz): a row for each spike in the columns "unit" and "time", or
//     those that Labels and Times name; a unit whose only row has no time is a train
//     without spikes. In any other table each column is a train, and what is missing at
//     its end is no spike
//
// Trains of labels come in the natural order of these. Two spikes at one time stay two.
// The window is that of the options, or from 0 to the last spike of all.
//
// Errors name the row, counted from 1 below the head of a table and from 0 in an array: times that are
// not finite, before T0 (0 by default: negative ones) or after T1, and out of order
// within a train unless Sort is set; a label that is missing; a unit of time that is
// neither in the options nor in the head, or differs; arrays of two dimensions, or with
// unequal numbers of times and labels; a table that looks like rows of units without
// being named so.
//
// Checked against numpy.save and numpy.savez of NumPy 2.4.6, and the trains of pynapple
// 0.11.4.
func Read(path string, o Options) (*Trains, error) {
	fail := func(err error) (*Trains, error) { return nil, fmt.Errorf("spikefile: Read: %s: %w", path, err) }
	if !(o.T0 <= o.T1) || math.IsInf(o.T0, 0) || math.IsInf(o.T1, 0) {
		return fail(fmt.Errorf("the window is from T0 %g to T1 %g ms; it must be finite and ascending", o.T0, o.T1))
	}
	lower := strings.ToLower(path)
	ext := filepath.Ext(strings.TrimSuffix(lower, ".gz"))
	if o.LabelFile != "" && ext != ".npy" {
		return fail(fmt.Errorf("LabelFile %q goes with a .npy file of times; Labels names a column or an array", o.LabelFile))
	}
	var parts []part
	var err error
	switch {
	case strings.HasSuffix(lower, ".npy"):
		parts, err = fromNPY(path, o)
	case strings.HasSuffix(lower, ".npz"):
		parts, err = fromNPZ(path, o)
	case ext == ".csv" || ext == ".tsv":
		parts, err = fromTable(path, o)
	default:
		err = errors.New("ends in none of .npy, .npz, .csv and .tsv (or one of the last two and .gz)")
	}
	if err != nil {
		return fail(err)
	}
	t := &Trains{Path: path}
	t.Raster, t.Names, err = o.raster(parts)
	if err != nil {
		return fail(err)
	}
	return t, nil
}

// A part is one train as a file has it.
type part struct {
	name  string
	unit  string // of its times
	times []float64
	row   func(i int) string // where time i stands
}

// raster turns trains of a file into those of the window, in ms.
func (o Options) raster(parts []part) (neuro.Raster, []string, error) {
	r := neuro.Raster{Trains: []neuro.Spikes{}, T0: o.T0, T1: o.T1}
	names := []string{}
	open := o.T0 == 0 && o.T1 == 0
	for _, p := range parts {
		times, by, err := o.scale(p.unit)
		if err != nil {
			return r, nil, err
		}
		s := make(neuro.Spikes, len(p.times))
		for i, v := range p.times {
			ms := float64(v*times) / by
			switch {
			case math.IsNaN(v) || math.IsInf(ms, 0):
				return r, nil, fmt.Errorf("%s of train %q is %g; times must be finite", p.row(i), p.name, v)
			case ms < o.T0:
				return r, nil, fmt.Errorf("%s of train %q is at %g ms, before the recording begins at %g ms; the option T0 says where it does", p.row(i), p.name, ms, o.T0)
			case !open && ms > o.T1:
				return r, nil, fmt.Errorf("%s of train %q is at %g ms, after the recording ends at %g ms; the option T1 says where it does", p.row(i), p.name, ms, o.T1)
			case i > 0 && ms < s[i-1] && !o.Sort:
				return r, nil, fmt.Errorf("%s of train %q is at %g ms, after one at %g ms; times must ascend, or be put in order with Sort", p.row(i), p.name, ms, s[i-1])
			}
			s[i] = ms + 0
			if open {
				r.T1 = math.Max(r.T1, ms)
			}
		}
		if o.Sort {
			sort.Float64s(s)
		}
		r.Trains, names = append(r.Trains, s), append(names, p.name)
	}
	return r, names, nil
}

// vector returns the numbers of an array of one dimension, or of n x 1.
func vector(what string, a *npy.Array) ([]float64, error) {
	if len(a.Shape) == 1 || len(a.Shape) == 2 && a.Shape[1] == 1 {
		return a.Values, nil
	}
	return nil, fmt.Errorf("%s has the shape %v; times and labels have one dimension: save each train, or times and labels, as an array of its own", what, a.Shape)
}

func fromNPY(path string, o Options) ([]part, error) {
	if o.Times != "" || o.Labels != "" {
		return nil, errors.New("a .npy file has one array without a name: leave Times and Labels empty, and give the file of labels as LabelFile")
	}
	a, err := npy.Read(path)
	if err != nil {
		return nil, err
	}
	times, err := vector("the array", a)
	if err != nil {
		return nil, err
	}
	if o.LabelFile == "" {
		name := filepath.Base(path)
		return []part{{name[:len(name)-len(".npy")], o.Unit, times, element}}, nil
	}
	b, err := npy.Read(o.LabelFile)
	if err != nil {
		return nil, err
	}
	labels, err := vector(o.LabelFile, b)
	if err != nil {
		return nil, err
	}
	return numbered(times, labels, o.Unit)
}

func element(i int) string { return fmt.Sprintf("element %d", i) }

// numbered parts times by the numbers of their units.
func numbered(times, labels []float64, unit string) ([]part, error) {
	if len(times) != len(labels) {
		return nil, fmt.Errorf("there are %d times and %d labels; as many are needed", len(times), len(labels))
	}
	ids, err := whole("label", labels)
	if err != nil {
		return nil, err
	}
	text := map[int]string{}
	for _, id := range ids {
		if _, ok := text[id]; !ok {
			text[id] = strconv.Itoa(id)
		}
	}
	return split(times, func(i int) string { return text[ids[i]] }, unit, element), nil
}

// split parts times by labels, in the natural order of these; numbers come by their size.
func split(times []float64, label func(i int) string, unit string, row func(i int) string) []part {
	where := map[string]int{}
	var parts []part
	var rows [][]int
	for i, t := range times {
		k, ok := where[label(i)]
		if !ok {
			k = len(parts)
			where[label(i)] = k
			parts, rows = append(parts, part{name: label(i), unit: unit}), append(rows, nil)
		}
		parts[k].times, rows[k] = append(parts[k].times, t), append(rows[k], i)
	}
	for k := range parts {
		mine := rows[k]
		parts[k].row = func(i int) string { return row(mine[i]) }
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		x, errX := strconv.ParseFloat(a.name, 64)
		y, errY := strconv.ParseFloat(b.name, 64)
		switch {
		case errX == nil && errY == nil && x < y:
			return -1
		case errX == nil && errY == nil && x > y:
			return 1
		}
		return natural(a.name, b.name)
	})
	return parts
}

func fromNPZ(path string, o Options) ([]part, error) {
	all, err := npy.ReadAll(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, natural)
	get := func(option, name string) ([]float64, error) {
		a, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("has no array %q, which %s names; there are %s", name, option, strings.Join(names, ", "))
		}
		return vector(fmt.Sprintf("array %q", name), a)
	}
	switch {
	case o.Labels != "" && o.Times == "":
		return nil, errors.New("Labels names an array and Times none; both are needed")
	case o.Times != "":
		times, err := get("Times", o.Times)
		if err != nil || o.Labels == "" {
			return []part{{o.Times, o.Unit, times, element}}, err
		}
		labels, err := get("Labels", o.Labels)
		if err != nil {
			return nil, err
		}
		return numbered(times, labels, o.Unit)
	}
	var parts []part
	for _, name := range names {
		x, err := vector(fmt.Sprintf("array %q", name), all[name])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{name, o.Unit, x, element})
	}
	return parts, nil
}

// unitNames are names of columns that tell of units, so that a table with one of them is
// hardly one of a train in each column.
var unitNames = []string{"unit", "units", "unit_id", "cluster", "clusters", "cluster_id", "clu", "cell", "cell_id", "neuron", "neuron_id", "id", "label", "train", "channel", "electrode", "index"}

func fromTable(path string, o Options) ([]part, error) {
	t, err := table.Read(path, o.Columns...)
	if err != nil {
		return nil, err
	}
	return tableParts(t, o)
}

// tableParts takes the trains out of a table.
func tableParts(t table.Table, o Options) ([]part, error) {
	var heads []string
	for _, c := range t.Cols {
		heads = append(heads, c.Name)
	}
	times, labels := o.Times, o.Labels
	if times == "" && labels == "" && slices.Contains(heads, "unit") && slices.Contains(heads, "time") {
		times, labels = "time", "unit"
	}
	switch {
	case times == "" && labels != "":
		return nil, errors.New("Labels names a column and Times none; both are needed")
	case times == "":
		return columns(t, o)
	}
	col, err := t.Col(times)
	if err != nil {
		return nil, err
	}
	if col.Num == nil {
		return nil, fmt.Errorf("column %q holds text, %q in row 1 or below; times are numbers", times, firstText(col.Text))
	}
	unit, err := o.named(col.Unit)
	if err != nil {
		return nil, err
	}
	if labels == "" {
		return []part{{times, unit, col.Num, tableRow}}, nil
	}
	of, err := t.Col(labels)
	if err != nil {
		return nil, err
	}
	text := of.Text
	if text == nil {
		text = make([]string, len(of.Num))
		for i, v := range of.Num {
			if math.IsNaN(v) {
				return nil, fmt.Errorf("row %d has no %s", i+1, labels)
			}
			text[i] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	for i, v := range text {
		if v == "" || v == "n/a" {
			return nil, fmt.Errorf("row %d has no %s", i+1, labels)
		}
	}
	parts := split(col.Num, func(i int) string { return text[i] }, unit, tableRow)
	for k := range parts {
		if p := &parts[k]; len(p.times) == 1 && math.IsNaN(p.times[0]) {
			p.times = nil // a unit without spikes
		}
	}
	return parts, nil
}

func tableRow(i int) string { return fmt.Sprintf("row %d", i+1) }

// firstText returns the first value that is no number.
func firstText(text []string) string {
	for _, v := range text {
		if _, err := strconv.ParseFloat(v, 64); err != nil && v != "" && v != "n/a" {
			return v
		}
	}
	return ""
}

// columns takes each column of a table for a train.
func columns(t table.Table, o Options) ([]part, error) {
	var parts []part
	for _, c := range t.Cols {
		if len(t.Cols) > 1 && (c.Num == nil || slices.Contains(unitNames, strings.ToLower(c.Name))) {
			return nil, fmt.Errorf("column %q looks like the units of times that stand in another column; name both by Labels and Times", c.Name)
		}
		if c.Num == nil {
			return nil, fmt.Errorf("column %q holds text, such as %q; times are numbers", c.Name, firstText(c.Text))
		}
		unit, err := o.named(c.Unit)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		x := c.Num
		for len(x) > 0 && math.IsNaN(x[len(x)-1]) {
			x = x[:len(x)-1]
		}
		parts = append(parts, part{c.Name, unit, x, tableRow})
	}
	return parts, nil
}

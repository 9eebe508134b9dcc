package fmri

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// CarpetOptions say what a carpet plot shows.
type CarpetOptions struct {
	// Names are those of the tissues with the labels 1, 2, ...; nil numbers them.
	Names []string
	// FD and DVARS are drawn above, one value per volume; nil leaves them out.
	FD, DVARS []float64
	// Order is how voxels of one tissue follow each other: "place" (default), as in
	// the image, or "correlation", those most like the mean of their tissue first,
	// which shows what is common to them as vertical bands.
	Order string
	Rows  int     // how many voxels are drawn; 0 means 600
	Range float64 // standard deviations from grey to black or white; 0 means 2
	TR    float64 `unit:"s"` // s; 0 means that of the image, and volumes where it has none
}

// CarpetFigure returns the picture of a whole run: one row per voxel, sorted by
// tissue, over time, in grey (the straight line taken off, over the standard
// deviation), with framewise displacement and DVARS above. What moves the head or
// breathes shows as bands over all tissues.
//
// tissue has whole numbers, 0 where nothing is drawn and a label for each tissue,
// the lowest on top; a mask is one tissue. Where it holds more voxels than Rows,
// every tissue keeps its share (at least 5), evenly over its voxels. Voxels that are
// constant are grey, those with values that are not finite empty.
//
// It is an error when tissue does not fit im, a label has no name, FD or DVARS have
// another number of values, im has fewer than 3 volumes, or an option is not allowed.
//
// Power (2017), NeuroImage 154:150.
func CarpetFigure(im, tissue *nifti.Image, o CarpetOptions) (*figure.Figure, error) {
	f, err := carpet(im, tissue, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: CarpetFigure: %w", err)
	}
	return f, nil
}

// A tissueRows are the rows of one tissue.
type tissueRows struct {
	label  int
	voxels []int // those that are drawn
}

func carpet(im, tissue *nifti.Image, o CarpetOptions) (*figure.Figure, error) {
	voxels, err := region(im, tissue)
	if err != nil {
		return nil, err
	}
	n := im.Volumes()
	if n < 3 {
		return nil, fmt.Errorf("im has %d volumes; there must be three or more", n)
	}
	for _, c := range []struct {
		name string
		x    []float64
	}{{"FD", o.FD}, {"DVARS", o.DVARS}} {
		if c.x != nil && len(c.x) != n {
			return nil, fmt.Errorf("%s has %d values for %d volumes; there must be one for each", c.name, len(c.x), n)
		}
	}
	if o.Rows == 0 {
		o.Rows = 600
	}
	if o.Range == 0 {
		o.Range = 2
	}
	if o.Rows < 0 || !(o.Range > 0) || math.IsInf(o.Range, 0) {
		return nil, fmt.Errorf("Rows is %d and Range %g; both must be above 0", o.Rows, o.Range)
	}
	if o.Order != "" && o.Order != "place" && o.Order != "correlation" {
		return nil, fmt.Errorf("Order is %q; allowed are \"place\" and \"correlation\"", o.Order)
	}
	parts, err := tissuesOf(tissue, voxels, o)
	if err != nil {
		return nil, err
	}
	var chosen []int
	for _, p := range parts {
		chosen = append(chosen, p.voxels...)
	}
	slices.Sort(chosen)
	series := make([][]float64, len(chosen))
	task := display.Start("fmri.CarpetFigure", "voxels", len(chosen))
	defer task.End()
	err = im.EachFrames(chosen, cleanBlock, func(first int, y [][]float64) error {
		for i := range y[0] {
			series[first+i] = standardRow(column(y, i))
		}
		task.Add(len(y[0]))
		return task.Err()
	})
	if err != nil {
		return nil, err
	}
	rows, constant := map[int][]float64{}, 0
	for i, v := range chosen {
		rows[v] = series[i]
		if !slices.ContainsFunc(series[i], func(x float64) bool { return x != 0 }) {
			constant++
		}
	}
	tr, axis := o.TR, figure.Axis{Label: "time", Unit: "s"}
	if tr == 0 {
		tr = im.TR
	}
	if !(tr > 0) || math.IsInf(tr, 0) {
		tr, axis = 1, figure.Axis{Label: "volume"}
	}
	// The edges of volumes: each is drawn about its time.
	axis.Min, axis.Max = -tr/2, (float64(n)-0.5)*tr
	out := &figure.Figure{ShareX: true, Width: 17, Height: 12}
	time := make([]float64, n)
	for t := range time {
		time[t] = float64(t) * tr
	}
	for _, c := range []struct {
		label, unit, colour string
		y                   []float64
	}{{"FD", "mm", "red", o.FD}, {"DVARS", "", "blue", o.DVARS}} {
		if c.y == nil {
			continue
		}
		from := min(1, n-1) // the first volume has none
		out.Panels = append(out.Panels, figure.Panel{X: axis, Y: figure.Axis{Label: c.label, Unit: c.unit},
			Layers: []figure.Layer{{Kind: figure.Line, X: time[from:], Y: c.y[from:], Color: c.colour}}})
		out.Heights = append(out.Heights, 1)
	}
	p := figure.Panel{X: axis, Y: figure.Axis{Flip: true}, ColorBar: figure.Axis{Label: "z"}}
	var z [][]float64
	for _, part := range parts {
		from := len(z)
		if o.Order == "correlation" {
			byCorrelation(part.voxels, rows)
		}
		for _, v := range part.voxels {
			z = append(z, rows[v])
		}
		if from > 0 {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{float64(from)}, Color: "orange", Width: 1})
		}
		name := strconv.Itoa(part.label)
		if o.Names != nil {
			name = o.Names[part.label-1]
		}
		p.Y.Ticks = append(p.Y.Ticks, float64(from)+float64(float64(len(part.voxels))/2))
		p.Y.Names = append(p.Y.Names, name)
	}
	p.Y.Min, p.Y.Max = 0, float64(len(z))
	p.Title = fmt.Sprintf("%d of %d voxels", len(z), len(voxels))
	if constant > 0 {
		p.Title += fmt.Sprintf(", %d constant", constant)
	}
	p.Layers = append([]figure.Layer{{Kind: figure.Image, X: []float64{axis.Min, axis.Max}, Y: []float64{0, float64(len(z))},
		Z: z, Map: "grey", Lo: -o.Range, Hi: o.Range}}, p.Layers...)
	out.Panels = append(out.Panels, p)
	out.Heights = append(out.Heights, 6)
	return out, nil
}

// tissuesOf returns the tissues with the voxels that are drawn of each.
func tissuesOf(tissue *nifti.Image, voxels []int, o CarpetOptions) ([]tissueRows, error) {
	labels := tissue.Volume(0)
	by := map[int][]int{}
	var order []int
	for _, v := range voxels {
		l := int(labels[v])
		if o.Names != nil && (l < 1 || l > len(o.Names)) {
			return nil, fmt.Errorf("tissue has the label %d and Names has %d names; they are those of 1 to %d", l, len(o.Names), len(o.Names))
		}
		if by[l] == nil {
			order = append(order, l)
		}
		by[l] = append(by[l], v)
	}
	slices.Sort(order)
	var parts []tissueRows
	for _, l := range order {
		all := by[l]
		share := len(all)
		if len(voxels) > o.Rows {
			share = min(len(all), max(5, len(all)*o.Rows/len(voxels)))
		}
		p := tissueRows{label: l}
		for i := range share {
			p.voxels = append(p.voxels, all[(2*i+1)*len(all)/(2*share)])
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// standardRow takes the straight line off a series and divides by the standard
// deviation; it is 0 for a constant one and NaN for one with such a value.
func standardRow(x []float64) []float64 {
	n, size := float64(len(x)), 0.0
	mean := 0.0
	for _, v := range x {
		mean += v
		size = math.Max(size, math.Abs(v))
	}
	mean /= n
	slope, power := 0.0, 0.0
	for t, v := range x {
		u := float64(t) - float64((n-1)/2)
		slope += float64(u * (v - mean))
		power += float64(u * u)
	}
	slope /= power
	square := 0.0
	out := make([]float64, len(x))
	for t, v := range x {
		out[t] = v - mean - float64(slope*(float64(t)-float64((n-1)/2)))
		square += float64(out[t] * out[t])
	}
	sd := math.Sqrt(square / (n - 1))
	for t := range out {
		switch {
		case math.IsNaN(sd) || math.IsInf(sd, 0):
			out[t] = math.NaN()
		case sd <= 1e-12*size:
			out[t] = 0
		default:
			out[t] /= sd
		}
	}
	return out
}

// byCorrelation sorts voxels by how much they are like their mean.
func byCorrelation(voxels []int, rows map[int][]float64) {
	mean := make([]float64, len(rows[voxels[0]]))
	for _, v := range voxels {
		for t, x := range rows[v] {
			if x == x {
				mean[t] += x
			}
		}
	}
	like := map[int]float64{}
	for _, v := range voxels {
		for t, x := range rows[v] {
			if x == x {
				like[v] += float64(x * mean[t])
			}
		}
	}
	slices.SortStableFunc(voxels, func(a, b int) int {
		switch {
		case like[a] > like[b]:
			return -1
		case like[a] < like[b]:
			return 1
		}
		return 0
	})
}

package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// compare writes each person's map beside the mean of the others: who is unlike
// them.
func (d *document) compare(g *fmri.Group, like *nifti.Image, o GroupOptions) error {
	for i, m := range o.Maps {
		if m == nil || m.Type() == "" {
			return fmt.Errorf("Maps[%d] has no voxels", i)
		}
		if err := nifti.SameGrid(like, m); err != nil {
			return fmt.Errorf("Maps[%d]: %w", i, err)
		}
	}
	b := d.section("subjects", "Subjects")
	values := make([][]float64, len(o.Maps))
	total := make([]float64, len(g.Voxels))
	for i, m := range o.Maps {
		values[i] = at(m, g.Voxels)
		for k, v := range values[i] {
			total[k] += v
		}
	}
	n := len(o.Maps)
	var mean, sd, r []float64
	rest := make([]float64, len(total))
	for _, v := range values {
		for k := range rest {
			rest[k] = (total[k] - v[k]) / float64(n-1)
		}
		m, s := moments(v)
		mean, sd, r = append(mean, m), append(sd, s), append(r, correlation(v, rest))
	}
	names := subjects(g, o)
	t := table.Table{Title: "Each person's map over voxels, and its correlation with the mean of the others", Cols: []table.Col{
		{Name: "subject", Text: names}, {Name: "mean", Num: mean}, {Name: "SD", Num: sd}, {Name: "correlation", Num: r}}}
	middle := median(sd)
	for i := range values {
		if sd[i] > 3*middle || sd[i] < middle/3 {
			d.remark("warning", "The map of %s has a standard deviation of %s over voxels, and the median one is %s: are units and preprocessing the same?", names[i], number(sd[i]), number(middle))
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	axis := figure.Axis{Ticks: x, Names: names, Min: -0.5, Max: float64(n) - 0.5}
	if n > 16 {
		axis = figure.Axis{Label: "row of the design", Min: -0.5, Max: float64(n) - 0.5}
	}
	d.picture(b, &figure.Figure{Height: 6, Panels: []figure.Panel{{
		X: axis, Y: figure.Axis{Label: "correlation with the others"},
		Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}}, {Kind: figure.Points, X: x, Y: r, Color: "blue", Size: 5}},
	}}}, "How far each person's map is like the mean of the others")
	details(b, "The numbers", func() { grid(b, t, -1) })
	return nil
}

// values draws what each person has at the peak of a contrast.
func (d *document) values(b *strings.Builder, g *fmri.Group, m *fmri.Map, o GroupOptions) {
	if o.Maps == nil || len(m.Z) == 0 {
		return
	}
	best, k := -1.0, 0
	for i, z := range m.Z {
		if math.Abs(z) > best {
			best, k = math.Abs(z), i
		}
	}
	z := m.Image("z")
	nx, ny, _ := z.Grid()
	v := g.Voxels[k]
	px, py, pz := z.World(float64(v%nx), float64(v/nx%ny), float64(v/(nx*ny)))
	x, y := make([]float64, len(o.Maps)), make([]float64, len(o.Maps))
	for i, im := range o.Maps {
		x[i], y[i] = float64(i), im.Volume(0)[v]
	}
	names := subjects(g, o)
	axis := figure.Axis{Ticks: x, Names: names, Min: -0.5, Max: float64(len(x)) - 0.5}
	if len(x) > 16 {
		axis = figure.Axis{Label: "row of the design", Min: -0.5, Max: float64(len(x)) - 0.5}
	}
	d.picture(b, &figure.Figure{Height: 6, Panels: []figure.Panel{{
		X: axis, Y: figure.Axis{Label: "map at the peak"},
		Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}}, {Kind: figure.Points, X: x, Y: y, Color: "blue", Size: 5}},
	}}}, fmt.Sprintf("Each person's value at the largest z, (%s, %s, %s) mm; chosen as the largest, it is larger than elsewhere", fixed(px, 1), fixed(py, 1), fixed(pz, 1)))
}

func moments(x []float64) (mean, sd float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	ss := 0.0
	for _, v := range x {
		ss += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(ss / n)
}

// correlation returns Pearson's r; NaN of a constant.
func correlation(x, y []float64) float64 {
	mx, _ := moments(x)
	my, _ := moments(y)
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xy += float64(a * b)
		xx += float64(a * a)
		yy += float64(b * b)
	}
	return xy / math.Sqrt(float64(xx*yy))
}

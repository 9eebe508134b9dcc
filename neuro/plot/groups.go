package plot

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// Forest draws estimates with their intervals, one row each, the first on top,
// and a line at 0: effects of studies, of subjects or of regressors. Set
// Panels[0].X for the name and unit of the effect. It panics unless there are as
// many names, estimates and ends.
func Forest(names []string, estimate, lo, hi []float64) *Figure {
	n := len(names)
	if len(estimate) != n || len(lo) != n || len(hi) != n {
		panic(fmt.Errorf("plot: Forest: there are %d names, %d estimates, %d lower and %d upper ends; there must be as many of each", n, len(estimate), len(lo), len(hi)))
	}
	y := make([]float64, n)
	for i := range y {
		y[i] = float64(i)
	}
	f := single(
		Layer{Kind: figure.VLine, X: []float64{0}, Dash: true},
		Layer{Kind: figure.XErrors, X: lo, X2: hi, Y: y, Color: "black", Size: 0.01},
		Layer{Kind: figure.Points, X: estimate, Y: y, Color: "blue", Marker: "square", Size: 5},
	)
	p := &f.Panels[0]
	p.X = Axis{Label: "estimate"}
	p.Y = Axis{Min: -0.7, Max: math.Max(0, float64(n)-1) + 0.7, Flip: true, Ticks: y, Names: append([]string{}, names...)}
	f.Width, f.Height = 12, math.Max(4, math.Min(20, 2.2+float64(0.6*float64(n))))
	return f
}

// Raincloud draws the values of groups in three ways beside each other: each
// value as a dot, a box with median, quartiles and Tukey's whiskers, and the
// density as half a violin (Gaussian kernel, Silverman's width). Dots are spread
// by fixed pseudo-random numbers. Values that are not finite are left out, with
// a note. Set Panels[0].Y for name and unit. It panics when names and values are
// not as many. Source: Allen et al. 2019, Wellcome Open Res. 4:63.
func Raincloud(names []string, values [][]float64) *Figure {
	if len(names) != len(values) {
		panic(fmt.Errorf("plot: Raincloud: there are %d names and %d groups of values; there must be as many", len(names), len(values)))
	}
	colors := []string{"blue", "red", "orange", "purple", "pink", "green"} // of different lightness
	f := single()
	p := &f.Panels[0]
	lost, all := 0, 0
	for i, z := range values {
		at, color := float64(i), colors[i%len(colors)]
		r := rng.New(1, uint64(i))
		dots := Layer{Kind: figure.Points, Color: color, Size: 2.5, Alpha: 0.6}
		for _, v := range z {
			all++
			if !finite(v) {
				lost++
				continue
			}
			spread := float64(0.18 * r.Float64())
			dots.X = append(dots.X, at-0.31+spread)
			dots.Y = append(dots.Y, v)
		}
		if len(dots.X) == 0 {
			continue
		}
		p.Layers = append(p.Layers,
			Layer{Kind: figure.Violin, X: []float64{at + 0.1}, Z: [][]float64{dots.Y}, Half: true, Size: 0.7, Color: color},
			Layer{Kind: figure.Box, X: []float64{at}, Z: [][]float64{dots.Y}, Size: 0.12, Color: color},
			dots)
		p.X.Ticks, p.X.Names = append(p.X.Ticks, at), append(p.X.Names, names[i])
	}
	p.X.Min, p.X.Max = -0.5, math.Max(0, float64(len(names))-1)+0.6
	p.Y.Label = "value"
	p.Legend = "off"
	if lost > 0 {
		p.Title = fmt.Sprintf("without %d of %d values that are not finite", lost, all)
	}
	return f
}

// Carpet draws every voxel of a run over time as a row of grey, with the head's
// movement above: a carpet plot, in which artefacts are vertical lines. bold[t]
// holds the voxels of volume t, in the order of the rows; tr is the time between
// volumes in s. Each voxel is shown as its deviation from its mean in standard
// deviations, from -2 (black) to 2 (white); a voxel that does not vary is grey, and
// values that are not finite are left out.
// fd is the framewise displacement of every volume in mm, or nil.
//
// It panics when volumes differ in their number of voxels, fd is not as long as
// bold, or tr is not above 0. Source: Power 2017, NeuroImage 154:150.
func Carpet(bold [][]float64, tr float64, fd []float64) *Figure {
	if !(tr > 0) || math.IsInf(tr, 0) {
		panic(fmt.Errorf("plot: Carpet: tr is %g s; it must be above 0", tr))
	}
	if fd != nil && len(fd) != len(bold) {
		panic(fmt.Errorf("plot: Carpet: bold has %d volumes and fd %d values; there must be as many", len(bold), len(fd)))
	}
	n := len(bold)
	var z [][]float64
	for t, row := range bold {
		if len(row) != len(bold[0]) {
			panic(fmt.Errorf("plot: Carpet: bold[%d] has %d voxels and bold[0] %d; there must be as many", t, len(row), len(bold[0])))
		}
	}
	if n > 0 {
		z = make([][]float64, len(bold[0]))
	}
	for v := range z {
		mean, ss, count := 0.0, 0.0, 0.0
		for _, row := range bold {
			if finite(row[v]) {
				count++
			}
		}
		for _, row := range bold {
			if finite(row[v]) {
				mean += row[v] / count
			}
		}
		for _, row := range bold {
			if finite(row[v]) {
				ss += float64((row[v] - mean) * (row[v] - mean))
			}
		}
		sd := math.Sqrt(ss / count)
		z[v] = make([]float64, n)
		for t := range z[v] {
			if w := bold[t][v]; !finite(w) {
				z[v][t] = w // left out, and counted
			} else if sd > 0 {
				z[v][t] = (w - mean) / sd
			}
		}
	}
	axis := Axis{Label: "time", Unit: "s", Min: 0, Max: math.Max(float64(float64(n)*tr), tr)}
	carpet := Panel{
		X: axis, Y: Axis{Label: "voxel", Min: 0, Max: math.Max(float64(len(z)), 1), Flip: true},
		ColorBar: Axis{Label: "deviation", Unit: "SD"},
	}
	if len(z) > 0 {
		carpet.Layers = []Layer{{Kind: figure.Image, Z: z, X: []float64{0, float64(n) * tr}, Y: []float64{0, float64(len(z))}, Map: "grey", Lo: -2, Hi: 2}}
	}
	f := &Figure{Width: 16, Height: 11, ShareX: true, Panels: []Panel{carpet}}
	if fd != nil {
		motion := Panel{X: axis, Y: Axis{Label: "FD", Unit: "mm", Min: 0}}
		l := Layer{Kind: figure.Line, Color: "red", Y: fd}
		largest := 0.0
		for t, v := range fd {
			l.X = append(l.X, (float64(t)+0.5)*tr)
			if finite(v) {
				largest = math.Max(largest, v)
			}
		}
		motion.Y.Max = math.Max(1.08*largest, 0.1)
		motion.Layers = []Layer{l}
		f.Panels, f.Heights = []Panel{motion, carpet}, []float64{1, 3.5}
	}
	return f
}

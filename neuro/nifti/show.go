package nifti

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Show draws the image as axial slices, see [SlicesFigure].
func (im Image) Show() display.Bundle {
	if im.code == 0 {
		return display.Text("nifti.Image without voxels; images come from Read, Decode or New")
	}
	return SlicesFigure(&im).Show()
}

// String describes the image in a line: what it is called, its shape, voxel
// size, type and TR, and how many warnings there are about its header.
func (im Image) String() string {
	if im.code == 0 {
		return "image without voxels"
	}
	dims := make([]string, len(im.Shape))
	for i, d := range im.Shape {
		dims[i] = fmt.Sprint(d)
	}
	dx, dy, dz := im.VoxelSize()
	s := fmt.Sprintf("%s voxels of %s x %s x %s mm, %s", strings.Join(dims, " x "), short(dx), short(dy), short(dz), im.Type())
	if im.TR > 0 {
		s += ", TR " + short(im.TR) + " s"
	}
	if im.Name != "" {
		s = im.Name + ": " + s
	}
	switch n := im.Problems.Count("warning"); n {
	case 0:
	case 1:
		s += "; 1 warning: see Problems"
	default:
		s += fmt.Sprintf("; %d warnings: see Problems", n)
	}
	return s
}

func short(v float64) string { return strings.Replace(fmt.Sprintf("%.4g", v), "-", "−", 1) }

// most is how many slices a figure shows.
const most = 12

// SlicesFigure returns the figure of up to 12 axial slices, evenly spaced over
// what is not empty, each with its height z in mm. Left is on the left, front
// on top: the voxel axes are turned to the directions that the affine says
// (to the closest ones when the image is oblique). Of several volumes it shows
// the mean.
func SlicesFigure(im *Image) *figure.Figure {
	f, err := PlaneFigure(im, "axial")
	if err != nil {
		panic(err.Error())
	}
	return f
}

// PlaneFigure returns the figure of slices of one plane: "axial", "coronal" or
// "sagittal". mm are the places of the slices along its normal (z, y or x) in
// mm; without any, up to 12 are spaced evenly. Otherwise it is [SlicesFigure].
// An unknown plane, or a place outside of the image, is an error.
func PlaneFigure(im *Image, name string, mm ...float64) (*figure.Figure, error) {
	p, err := planeNamed(name)
	if err != nil {
		return nil, fmt.Errorf("nifti: PlaneFigure: %w", err)
	}
	frame := im.frame()
	o := orient(frame)
	lo, hi := window(frame)
	ks, err := o.choose(p, mm, lo, hi)
	if err != nil {
		return nil, fmt.Errorf("nifti: PlaneFigure: %w", err)
	}
	m := newMontage(o, p, len(ks))
	for i, k := range ks {
		m.add(i, figure.Layer{Kind: figure.Image, Z: o.slice(p, k), Lo: lo, Hi: hi, Map: mapFor(lo, hi)})
		m.mark(i, k)
	}
	f := m.figure(im.title(p))
	f.Panels[0].ColorBar = im.bar(lo, hi)
	return f, nil
}

// OverlayFigure returns the figure of a statistical map over a background: up
// to 12 axial slices of bg in grey, and in colour the voxels of overlay whose
// size is threshold or more, positive ones hot, with both signs present red and
// blue. One of the slices is that of the map's largest value. Of a bg of
// several volumes it shows the mean. The grids may differ: overlay is drawn at
// the voxels of bg, from its nearest voxel.
//
// It is an error when overlay has several volumes, when threshold is negative
// or NaN, when no voxel of overlay lies within bg, or when its affine cannot be
// inverted. A map without a voxel above the threshold is drawn as the
// background alone, and the title says so.
func OverlayFigure(bg, overlay *Image, threshold float64) (*figure.Figure, error) {
	fail := func(format string, args ...any) (*figure.Figure, error) {
		return nil, fmt.Errorf("nifti: OverlayFigure: "+format, args...)
	}
	if bg == nil || bg.code == 0 {
		return fail("bg has no voxels; images come from Read, Decode or New")
	}
	p := planes[0]
	frame := bg.frame()
	o := orient(frame)
	st, err := o.statistic(bg, overlay, threshold)
	if err != nil {
		return fail("%w", err)
	}
	lo, hi := window(frame)
	ks, err := o.choose(p, nil, lo, hi)
	if err != nil {
		return fail("%w", err)
	}
	if st.found {
		ks = include(ks, st.peak[p.normal])
	}
	m := newMontage(o, p, len(ks))
	for i, k := range ks {
		m.add(i, figure.Layer{Kind: figure.Image, Z: o.slice(p, k), Lo: lo, Hi: hi, Map: "grey", NoScale: true})
		if st.found {
			m.add(i, st.layer(p, k))
		}
		m.mark(i, k)
	}
	f := m.figure(st.title())
	st.bar(&f.Panels[0])
	return f, nil
}

// frame returns what a picture of im shows: itself, or the mean of its volumes.
func (im *Image) frame() *Image {
	if im.Volumes() == 1 {
		return im
	}
	return im.Mean()
}

func (im *Image) label() string {
	if im.Label == "" {
		return "signal"
	}
	return im.Label
}

func (im *Image) bar(lo, hi float64) figure.Axis {
	return figure.Axis{Label: im.label(), Unit: im.Unit, Min: lo, Max: hi}
}

func (im *Image) title(p plane) string {
	s := p.name + " slices"
	if n := im.Volumes(); n > 1 {
		s += fmt.Sprintf(", mean of %d volumes", n)
		if im.TR > 0 {
			s += ", TR " + short(im.TR) + " s"
		}
	}
	if im.Name != "" {
		s = im.Name + ", " + s
	}
	return s
}

// Windows reach from -largest to largest and are not narrower than smallest.
const largest, smallest = 4e307, 1e-300

// window returns the values that black and white stand for: the 1st and the
// 99.5th percentile of a sample of the finite values, so that a few bright
// voxels do not darken the picture; symmetric about 0 for a map of both signs.
func window(im *Image) (lo, hi float64) {
	nx, ny, nz := im.Grid()
	n := nx * ny * nz
	step := 1 + n/50_000
	some := make([]float64, 0, 1+n/step)
	for i := 0; i < n; i += step {
		if v := im.value(i); !math.IsNaN(v) && !math.IsInf(v, 0) {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		return 0, 1
	}
	sort.Float64s(some)
	for i, v := range some { // so that the width of the window is a number
		some[i] = math.Max(-largest, math.Min(largest, v))
	}
	last := float64(len(some) - 1)
	lo, hi = some[int(0.01*last)], some[int(0.995*last)]
	if hi-lo < smallest {
		lo, hi = some[0], some[len(some)-1]
	}
	if hi-lo < smallest {
		return math.Min(lo, 0), math.Max(hi, 1)
	}
	if lo < 0 && -lo > 0.05*hi {
		far := math.Max(-lo, math.Abs(hi))
		return -far, far
	}
	return lo, hi
}

func mapFor(lo, hi float64) string {
	if lo < 0 && lo == -hi {
		return "diverging"
	}
	return "grey"
}

// choose returns the slices to show: those at mm, or up to most of them over
// the extent of what is brighter than a tenth of the window.
func (o *oriented) choose(p plane, mm []float64, lo, hi float64) ([]int, error) {
	n := o.n[p.normal]
	if len(mm) > 0 {
		ks := make([]int, len(mm))
		for i, at := range mm {
			first, last := o.place(p.normal, 0), o.place(p.normal, n-1)
			half := float64(o.size[p.normal] / 2)
			if !(at >= first-half && at <= last+half) {
				return nil, fmt.Errorf("place %g mm is outside of the image, whose %s slices lie at %s = %s to %s mm", at, p.name, p.letter, short(first), short(last))
			}
			ks[i] = o.nearest(p.normal, at)
		}
		return ks, nil
	}
	level := lo + float64(0.1*(hi-lo))
	if lo < 0 {
		level = 0.1 * hi
	}
	filled := func(k int) bool {
		count, all := 0, 0
		for _, row := range o.slice(p, k) {
			for _, v := range row {
				all++
				if math.Abs(v) > level {
					count++
				}
			}
		}
		return count*50 > all
	}
	first, last := 0, n-1
	for first < last && !filled(first) {
		first++
	}
	for last > first && !filled(last) {
		last--
	}
	if first == last {
		first, last = 0, n-1
	}
	count := min(most, last-first+1)
	ks := make([]int, count)
	for i := range ks {
		// The middles of equal parts, so that the ends are not bare scalp.
		ks[i] = first + (2*i+1)*(last-first+1)/(2*count)
	}
	return ks, nil
}

// include puts slice k in the place of the closest chosen one.
func include(ks []int, k int) []int {
	best := 0
	for i := range ks {
		if abs(ks[i]-k) < abs(ks[best]-k) {
			best = i
		}
	}
	ks[best] = k
	return ks
}

func abs(i int) int { return max(i, -i) }

// A montage places slices in rows within one panel whose axes are mm, so that
// all have one scale and one colour bar.
type montage struct {
	o             *oriented
	p             plane
	cols, rows    int
	width, height float64 // of one tile, mm
	layers        []figure.Layer
	marks         []figure.Layer
}

func newMontage(o *oriented, p plane, n int) *montage {
	m := &montage{o: o, p: p}
	w, h := float64(float64(o.n[p.u])*o.size[p.u]), float64(float64(o.n[p.v])*o.size[p.v])
	m.width, m.height = 1.04*w, 1.16*h
	// As wide as a page is: about 1.7 times the height.
	m.cols = min(n, max(1, int(math.Round(math.Sqrt(float64(n)*1.7*m.height/m.width)))))
	m.rows = (n + m.cols - 1) / m.cols
	m.cols = (n + m.rows - 1) / m.rows
	return m
}

// tile returns the rectangle of tile i.
func (m *montage) tile(i int) (x, y []float64) {
	left := float64(float64(i%m.cols) * m.width)
	bottom := float64(float64(m.rows-1-i/m.cols) * m.height)
	return []float64{left, left + m.width/1.04}, []float64{bottom, bottom + m.height/1.16}
}

// add draws a layer in tile i.
func (m *montage) add(i int, l figure.Layer) {
	l.X, l.Y = m.tile(i)
	m.layers = append(m.layers, l)
}

// mark writes above tile i where slice k is, and on the first tile which side
// is which.
func (m *montage) mark(i, k int) {
	x, y := m.tile(i)
	note := func(fx, fy float64, text, color string) {
		m.marks = append(m.marks, figure.Layer{Kind: figure.Note, Text: text, Color: color,
			X: []float64{x[0] + float64(fx*(x[1]-x[0]))}, Y: []float64{y[0] + float64(fy*(y[1]-y[0]))}})
	}
	note(0, 1.02, fmt.Sprintf("%s = %s mm", m.p.letter, short(m.o.place(m.p.normal, k))), "black")
	if i == 0 {
		note(0.01, 0.02, m.p.left, "orange")
		note(0.92, 0.02, m.p.right, "orange")
	}
}

func (m *montage) figure(title string) *figure.Figure {
	w, h := float64(float64(m.cols)*m.width), float64(float64(m.rows)*m.height)
	return &figure.Figure{
		Title: title,
		Width: 16, Height: math.Min(22, 1.2+float64(13*h/w)),
		Panels: []figure.Panel{{
			X:      figure.Axis{Min: 0, Max: w, Hide: true},
			Y:      figure.Axis{Min: 0, Max: h, Hide: true},
			Layers: append(m.layers, m.marks...),
			Legend: "off", Square: true, Bare: true,
		}},
	}
}

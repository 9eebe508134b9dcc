package plot

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// Spectrum draws spectra over frequency in Hz: power on a logarithmic axis,
// coherence from 0 to 1. One has its confidence band; several are drawn as lines
// into one panel, which has the axes of the first.
func Spectrum(s ...*signal.Spectrum) *Figure {
	if len(s) == 0 {
		return single()
	}
	f := s[0].Plot()
	if len(s) == 1 {
		return f
	}
	p := &f.Panels[0]
	line := func(p Panel) Layer {
		l := p.Layers[len(p.Layers)-1]
		l.Color, l.Name = "", ""
		return l
	}
	p.Layers = []Layer{line(*p)}
	for _, other := range s[1:] {
		q := other.Plot().Panels[0]
		p.Layers = append(p.Layers, line(q))
		p.X.Max = max(p.X.Max, q.X.Max)
		p.Y.Log = p.Y.Log && q.Y.Log
	}
	return f
}

// Slices draws axial slices of an image, left on the left: up to 12, evenly
// spaced over what is not empty. Of several volumes it shows the mean.
func Slices(im *nifti.Image) *Figure { return nifti.SlicesFigure(im) }

// Overlay draws a statistical map over a background: axial slices of bg in
// grey, and in colour the voxels of stat whose size is threshold or more. The
// two may have different grids.
//
// It is an error when an image has no voxels, when stat has several volumes,
// when the two do not overlap, or when threshold is negative or not finite.
func Overlay(bg, stat *nifti.Image, threshold float64) (*Figure, error) {
	return nifti.OverlayFigure(bg, stat, threshold)
}

// STDP draws the learning window of a rule: the change of weight by one pair of
// spikes over the time by which the postsynaptic one follows, as far as the
// rule's Window reaches, or five time constants where that is infinite.
func STDP(p plasticity.STDP) *Figure { return p.Plot() }

// Window draws a learning window: the change of weight dw for each difference
// dt, in ms, between the time of the postsynaptic and of the presynaptic
// spike. The line is broken at dt = 0, where windows jump; see [STDP] for that
// of a rule. It panics when dt and dw differ in length.
func Window(dt, dw []float64) *Figure {
	if len(dt) != len(dw) {
		panic(fmt.Errorf("plot: Window: dt has %d values and dw has %d; there must be as many of each", len(dt), len(dw)))
	}
	var before, after Layer
	for i, d := range dt {
		l := &after
		switch {
		case d == 0:
			continue
		case d < 0:
			l = &before
		}
		l.X, l.Y = append(l.X, d), append(l.Y, dw[i])
	}
	for _, l := range []*Layer{&before, &after} {
		l.Kind, l.Color = figure.Line, "blue"
	}
	f := single(
		Layer{Kind: figure.HLine, Y: []float64{0}},
		Layer{Kind: figure.VLine, X: []float64{0}},
		before, after,
	)
	f.Panels[0].X = Axis{Label: "t post − t pre", Unit: "ms"}
	f.Panels[0].Y = Axis{Label: "change of weight"}
	return f
}

// Ortho draws three slices of bg through one place, coronal, sagittal and
// axial, and in colour the voxels of stat, which may be nil, whose size is
// threshold or more. mm is the place x, y, z in mm; without it, it is where stat
// is largest. Errors are those of [Overlay], and a place outside of bg.
func Ortho(bg, stat *nifti.Image, threshold float64, mm ...float64) (*Figure, error) {
	return nifti.OrthoFigure(bg, stat, threshold, mm...)
}

// Mosaic draws slices of one plane of an image: "axial", "coronal" or
// "sagittal", at the places mm along its normal, or up to 12 evenly spaced. An
// unknown plane, or a place outside of the image, is an error.
func Mosaic(im *nifti.Image, plane string, mm ...float64) (*Figure, error) {
	return nifti.PlaneFigure(im, plane, mm...)
}

// GlassBrain draws a statistical map as if the brain were of glass: from three
// sides the value of the largest size along the line of sight, where that is
// threshold or more, within the outlines of brain, such as dataset.Colin27 for
// maps in MNI space. Errors are those of [Overlay].
func GlassBrain(brain, stat *nifti.Image, threshold float64) (*Figure, error) {
	return nifti.GlassFigure(brain, stat, threshold)
}

// Connectome draws regions and the connections between them within the outlines
// of brain from three sides: a dot at xyz[i], in mm, and a line for each weight
// w[i][j], i < j, whose size is threshold or more, red above 0 and blue below.
// Unequal numbers, places that are not three finite numbers, and a threshold
// that is negative or not finite are errors.
func Connectome(brain *nifti.Image, xyz, w [][]float64, threshold float64) (*Figure, error) {
	return nifti.ConnectomeFigure(brain, xyz, w, threshold)
}

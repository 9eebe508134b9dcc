//go:build ignore

// Command bold analyses two real BOLD recordings: the response of a region to
// events, and a whole run of images with its brain mask.
//
//	neurorepl run notebooks/scripts/bold.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/connectivity"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # BOLD: from a recording to a response
	//
	// Two real recordings come with the program: the BOLD signal of one region over 3,360 volumes with 576 events of six
	// kinds (from nitime), and a run of a rhyme-judgement task, OpenfMRI ds003 (from nipype).

	// %%
	er, err := dataset.EventRelated()
	check(err)
	minutes := float64(len(er.BOLD)) * er.TR / 60
	fmt.Printf("%d volumes, TR %g s, %.0f min, %d events\n", len(er.BOLD), er.TR, minutes, len(er.Events))

	// %% [markdown]
	// The first ten minutes. Marks below are the events, one row for each kind.

	// %%
	const shown = 300
	var time, mark, kind []float64
	for i := 0; i < shown; i++ {
		time = append(time, float64(i)*er.TR)
		if er.Codes[i] > 0 {
			mark = append(mark, float64(i)*er.TR)
			kind = append(kind, float64(er.Codes[i]))
		}
	}
	series := plot.Figure{
		ShareX: true,
		Panels: []plot.Panel{
			{
				X:      plot.Axis{Label: "time", Unit: "s"},
				Y:      plot.Axis{Label: "BOLD"},
				Layers: []plot.Layer{{Kind: "line", X: time, Y: er.BOLD[:shown]}},
			},
			{
				X:      plot.Axis{Label: "time", Unit: "s"},
				Y:      plot.Axis{Label: "event"},
				Layers: []plot.Layer{{Kind: "ticks", X: mark, Y: kind, Color: "black"}},
			},
		},
	}
	display.Show(&series)

	// %% [markdown]
	// ## The response to an event
	//
	// Averaging the signal around the events is the obvious start; but the events come every few seconds, and a
	// haemodynamic response lasts twenty, so what one event causes is smeared into the average of the next.

	// %%
	average, err := fmri.EventAverage(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{Before: 4, After: 24, Baseline: true})
	check(err)
	display.Show(average)

	// %% [markdown]
	// A finite impulse response model fits all overlapping responses at once.

	// %%
	fir, err := fmri.FIR(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{After: 24})
	check(err)
	display.Show(fir)

	// %% [markdown]
	// How well does the canonical response of SPM describe what was measured? One regressor for each kind of event,
	// slow drifts as cosines, least squares.

	// %%
	n := len(er.BOLD)
	hrf := fmri.SPMHRF(er.TR, 32)
	design := make([][]float64, n)
	for t := range design {
		design[t] = make([]float64, 6)
	}
	for t, code := range er.Codes {
		if code == 0 {
			continue
		}
		for k, h := range hrf {
			if t+k < n {
				design[t+k][code-1] += h
			}
		}
	}
	for t := range design {
		for k := 1; k <= 8; k++ {
			design[t] = append(design[t], math.Cos(math.Pi*float64(k)*(float64(t)+0.5)/float64(n)))
		}
		design[t] = append(design[t], 1)
	}
	bold := make([][]float64, n)
	for t := range bold {
		bold[t] = []float64{er.BOLD[t]}
	}
	betas, err := fmri.Betas(design, bold)
	check(err)
	rest, total, mean := 0.0, 0.0, 0.0
	for _, y := range er.BOLD {
		mean += y / float64(n)
	}
	for t, y := range er.BOLD {
		fit := 0.0
		for k, x := range design[t] {
			fit += x * betas[k][0]
		}
		rest += (y - fit) * (y - fit)
		total += (y - mean) * (y - mean)
	}
	names := make([]string, 6)
	sizes := make([]float64, 6)
	for k := range sizes {
		names[k], sizes[k] = fmt.Sprint("event ", k+1), betas[k][0]
	}
	fmt.Printf("the model explains %.0f %% of the variance\n", 100*(1-rest/total))
	response := plot.Bars(names, sizes)
	response.Panels[0].Y.Label = "size of the response"
	display.Show(response)

	// %% [markdown]
	// The rhythm of the stimulation and slow drifts in the spectrum. The sampling rate of BOLD is 1/TR = 0.5 Hz.

	// %%
	welch := signal.NewWelch()
	welch.SegmentLen = 512
	spectrum, err := signal.Welch(er.BOLD, 1/er.TR, welch)
	check(err)
	display.Show(spectrum)

	// %% [markdown]
	// ## A run of images
	//
	// Twenty volumes of a rhyme-judgement task, downsampled to 12.5 mm, with the brain mask.

	// %%
	run, mask, err := dataset.DS003()
	check(err)
	fmt.Println("shape", run.Shape, "TR", run.TR, "s")
	display.Show(run)

	// %% [markdown]
	// Where is the signal steady? The temporal signal-to-noise ratio is the mean over time divided by the standard
	// deviation.

	// %%
	tsnr, err := fmri.TSNR(run)
	check(err)
	overlay, err := plot.Overlay(run, tsnr, 60)
	check(err)
	display.Show(overlay)

	// %%
	brain, err := fmri.ROI(run, mask)
	check(err)
	volumes := make([]float64, len(brain))
	for i := range volumes {
		volumes[i] = float64(i) * run.TR
	}
	course := plot.Line(volumes, brain)
	course.Panels[0].X = plot.Axis{Label: "time", Unit: "s"}
	course.Panels[0].Y = plot.Axis{Label: "mean BOLD of the brain"}
	display.Show(course)

	// %% [markdown]
	// ## Head motion
	//
	// Another scan of 365 volumes moved. Framewise displacement (Power et al. 2012) adds up how far six parameters moved
	// from one volume to the next, rotations as arcs on a sphere of 50 mm; volumes above 0.2 mm are often left out.

	// %%
	motion, fsl, err := dataset.HeadMotion()
	check(err)
	fd, err := fmri.FramewiseDisplacement(motion, 50)
	check(err)
	most, out := 0.0, 0
	var volume []float64
	for i, d := range fd {
		volume = append(volume, float64(i))
		if i > 0 {
			most = math.Max(most, math.Abs(d-fsl[i-1]))
		}
		if d > 0.2 {
			out++
		}
	}
	fmt.Printf("%d of %d volumes moved more than 0.2 mm; largest difference from FSL's own figures %.1e mm\n", out, len(fd), most)
	moved := plot.Line(volume, fd)
	moved.Panels[0].X = plot.Axis{Label: "volume"}
	moved.Panels[0].Y = plot.Axis{Label: "framewise displacement", Unit: "mm"}
	moved.Panels[0].Layers = append(moved.Panels[0].Layers, plot.Layer{Kind: "hline", Y: []float64{0.2}, Dash: true, Color: "red"})
	display.Show(moved)

	// %% [markdown]
	// ## Many regions, many tests
	//
	// Which of 28 regions follow each other at rest? Every pair is a test; correlation r over n volumes is compared with
	// 0 through Fisher's z, and the false discovery rate is held at 5 %. Neighbouring volumes are not independent, so
	// read the count as an upper bound. The matrix is drawn with regions that go together side by side.

	// %%
	resting, err := dataset.Resting()
	check(err)
	const first = 3 // white matter, ventricles and the whole brain come before the regions
	courses := make([][]float64, len(resting.Series[0]))
	for t := range courses {
		for _, y := range resting.Series[first:] {
			courses[t] = append(courses[t], y[t])
		}
	}
	together, err := connectivity.Matrix(courses, "correlation", connectivity.Options{Covariance: "empirical", Names: resting.Names[first:]})
	check(err)
	var p []float64
	for _, r := range together.Vector(false) {
		z := connectivity.FisherZ(r) * math.Sqrt(float64(len(courses)-3))
		p = append(p, math.Erfc(math.Abs(z)/math.Sqrt2))
	}
	threshold, reject := stats.FDR(p, 0.05)
	strict, _ := stats.Bonferroni(p, 0.05)
	kept := 0
	for _, r := range reject {
		if r {
			kept++
		}
	}
	fmt.Printf("%d of %d pairs at p <= %.3g (FDR); Bonferroni would ask for p <= %.3g\n", kept, len(p), threshold, strict)
	display.Show(together.Ordered())

	// %% [markdown]
	// Two regions may follow each other because both follow a third one. The partial correlation is what is left given all others; with
	// shrinkage, as there are many others.

	// %%
	direct, err := connectivity.Matrix(courses, "partial correlation", connectivity.Options{Names: resting.Names[first:]})
	check(err)
	display.Show(direct.Edges(8))
}

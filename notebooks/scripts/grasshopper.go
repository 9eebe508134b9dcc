//go:build ignore

// Command grasshopper analyses a real recording: an auditory receptor of a
// locust that hears a tone of random loudness.
//
//	neurorepl run notebooks/scripts/grasshopper.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"gonum.org/v1/gonum/stat"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// quantiles returns the values that split x into n classes of equal size.
func quantiles(x []float64, n int) []float64 {
	stat.SortWeighted(x, nil)
	var q []float64
	for k := 1; k < n; k++ {
		q = append(q, stat.Quantile(float64(k)/float64(n), stat.Empirical, x, nil))
	}
	return q
}

func main() {
	// %% [markdown]
	// # What a grasshopper's ear tells
	//
	// Two recordings of 10 s from an auditory receptor of *Locusta migratoria* (Rokem et al. 2006, J Neurophysiol 95:2541;
	// from nitime). The animal hears a tone whose loudness varies at random, up to 200 Hz in the first recording and up to
	// 800 Hz in the second.

	// %%
	rec, err := dataset.Grasshopper(1)
	check(err)
	fmt.Printf("%d spikes in %g s, stimulus at %g Hz\n", len(rec.Spikes), rec.Duration/1000, rec.FS)
	display.Show(rec)

	// %% [markdown]
	// ## Intervals
	//
	// A Poisson process has a coefficient of variation of 1. This cell is more regular, and its refractory time leaves no
	// interval below about 3 ms.

	// %%
	intervals := spikes.ISI(rec.Spikes)
	cv, err := spikes.CV(rec.Spikes)
	check(err)
	lv, err := spikes.LV(rec.Spikes)
	check(err)
	fmt.Printf("mean interval %.3f ms, CV %.3f, LV %.3f\n", stat.Mean(intervals, nil), cv, lv)
	histogram, err := spikes.ISIHistogram(rec.Spikes, 0.5, 40)
	check(err)
	display.Show(histogram)

	// %% [markdown]
	// How the variability of counts depends on the window. Over 20 to 50 ms the cell is three times more reliable than a
	// Poisson process, whose Fano factor is 1; over long windows the factor grows, as the rate itself changes: the next
	// figure shows how the cell adapts.

	// %%
	var windows, factors []float64
	for _, w := range []float64{5, 10, 20, 50, 100, 200, 500} {
		var trials []neuro.Spikes
		for t := 0.0; t+w <= rec.Duration; t += w {
			var trial neuro.Spikes
			for _, s := range rec.Spikes {
				if s >= t && s < t+w {
					trial = append(trial, s-t)
				}
			}
			trials = append(trials, trial)
		}
		f, err := spikes.Fano(trials, 0, w)
		check(err)
		windows, factors = append(windows, w), append(factors, f)
	}
	fano := plot.Line(windows, factors)
	fano.Panels[0].X = plot.Axis{Label: "window", Unit: "ms", Log: true}
	fano.Panels[0].Y = plot.Axis{Label: "Fano factor"}
	display.Show(fano)

	// %% [markdown]
	// ## The firing rate

	// %%
	rate, err := spikes.Rate(rec.Spikes, 50, 0, rec.Duration)
	check(err)
	display.Show(rate)

	// %% [markdown]
	// ## What makes it fire
	//
	// The mean of the sound around all spikes: it gets louder some 6 ms before a spike, in both recordings.

	// %%
	sta, err := spikes.STA(rec.Stimulus, rec.FS, rec.Spikes, 30, 10)
	check(err)
	lag, _ := sta.Peak()
	second, err := dataset.Grasshopper(2)
	check(err)
	sta2, err := spikes.STA(second.Stimulus, second.FS, second.Spikes, 30, 10)
	check(err)
	lag2, _ := sta2.Peak()
	fmt.Printf("the average peaks at %.2f and %.2f ms\n", lag, lag2)
	display.Show(sta)

	// %%
	display.Show(sta2)

	// %% [markdown]
	// ## Which rhythms get through
	//
	// The coherence of the spike train, as a rate in bins of 1 ms, with the sound: the cell follows its loudness up to
	// 200 Hz; beyond that the sound has a tenth of its power and less, and some of it still gets through. With some 80
	// half-overlapping segments, chance alone gives about 0.02.

	// %%
	const bin = 1.0 // ms
	counts, err := spikes.Rate(rec.Spikes, bin, 0, rec.Duration)
	check(err)
	per := int(rec.FS * bin / 1000)
	sound := make([]float64, len(counts.Y))
	for i := range sound {
		sound[i] = stat.Mean(rec.Stimulus[i*per:(i+1)*per], nil)
	}
	welch := signal.NewWelch()
	welch.SegmentLen = 256
	coherence, err := signal.Coherence(sound, counts.Y, counts.FS(), welch)
	check(err)
	display.Show(coherence)

	// %% [markdown]
	// How much does the loudness 6 ms ago tell about whether a spike comes in this millisecond? Loudness in four classes
	// of equal size. The plug-in estimate is biased upward, which Panzeri and Treves's correction takes off; and as both
	// series remember their past, the estimate is held against sounds that are shifted in time.

	// %%
	sorted := append([]float64(nil), sound...)
	quartiles := quantiles(sorted, 4)
	var loud, fired []int
	for i := 6; i < len(sound); i++ {
		class := 0
		for _, q := range quartiles {
			if sound[i-6] > q {
				class++
			}
		}
		loud = append(loud, class)
		fired = append(fired, int(counts.Y[i]*bin/1000+0.5))
	}
	plain, err := info.Mutual(loud, fired)
	check(err)
	corrected, err := info.PanzeriTreves(loud, fired)
	check(err)
	test, err := info.Surrogates(len(loud), func(order []int) (float64, error) {
		return info.Mutual(info.ReorderLabels(loud, order), fired)
	}, info.SurrogateOptions{Kind: "shift", Draws: 499})
	check(err)
	fmt.Printf("%.4f nats a millisecond, %.4f after correction, %.4f above shifted sounds (p = %.3f)\n", plain, corrected, test.Corrected, test.P)

	// %% [markdown]
	// ## A model of the cell
	//
	// A generalised linear model (Truccolo et al. 2005): the logarithm of the rate is a filter of the sound and a filter of
	// the cell's own spikes, in bins of 0.5 ms. The sound counts most 6.5 ms ago, as in the average, and for 5 ms after a
	// spike the cell is held back; a small penalty keeps finite what was never seen, an interval below 3 ms.

	// %%
	const fine = 0.5 // ms
	step := int(rec.FS * fine / 1000)
	loudness := make([]float64, int(rec.Duration/fine))
	for i := range loudness {
		loudness[i] = stat.Mean(rec.Stimulus[i*step:(i+1)*step], nil)
	}
	mean, sd := stat.MeanStdDev(loudness, nil)
	for i := range loudness {
		loudness[i] = (loudness[i] - mean) / sd
	}
	o := spikes.GLMOptions{Bin: fine, Stimulus: loudness, StimulusBumps: 12, StimulusPeaks: [2]float64{0, 25}, HistoryBumps: 10, HistoryPeaks: [2]float64{1, 40}, HistoryOffset: 5, L2: 1e-4}
	glm, err := spikes.FitGLM(rec.Spikes, 0, rec.Duration, o)
	check(err)
	display.Show(glm)

	// %% [markdown]
	// Does the train follow the model? Rescaled by its rate, the intervals are exponential if it does (Brown et al. 2002).
	// With the sound only they are far from it: the refractory time is what the sound does not tell. With the cell's own
	// spikes they come three times as near, though the distance is still twice the bound: there is more to the cell than
	// two filters, such as its adaptation over seconds.

	// %%
	o.HistoryBumps = -1
	deaf, err := spikes.FitGLM(rec.Spikes, 0, rec.Duration, o)
	check(err)
	without, err := deaf.Rescaling()
	check(err)
	fmt.Printf("the sound only: %.2f bits a spike; %v\n", deaf.BitsPerSpike, without)
	with, err := glm.Rescaling()
	check(err)
	fmt.Printf("with own spikes: %.2f bits a spike\n", glm.BitsPerSpike)
	display.Show(with)
}

package behavior

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A ROCCurve is the receiver operating characteristic: hits against false
// alarms for every criterion.
type ROCCurve struct {
	FalseAlarm []float64 // rates, from 0 to 1
	Hit        []float64 // rates at the same criteria
	Criterion  []float64 // "yes" for scores of at least this; the first is +Inf
	AUC        float64   // area under the curve, 0.5 at chance
	SE         float64   // standard error of AUC
	Signal     int       // trials with a signal
	Noise      int       // trials without
}

// ROC returns the receiver operating characteristic of scores: ratings,
// decision variables or spike counts, in trials with a signal and in trials
// with noise alone. A point is made by each different score. The area is the
// probability that a signal scores higher than noise, ties counted half,
//
//	AUC = U / (m n),
//
// U being Mann and Whitney's. SE is that of Hanley and McNeil (1982).
//
// No scores in one of them, and scores that are NaN, are errors. Sources: Green
// and Swets 1966; Hanley and McNeil 1982, Radiology 143:29. Checked against
// scikit-learn's roc_curve and roc_auc_score.
func ROC(signal, noise []float64) (*ROCCurve, error) {
	if len(signal) == 0 || len(noise) == 0 {
		return nil, fmt.Errorf("behavior: ROC: signal has %d scores and noise %d; at least one of each is needed", len(signal), len(noise))
	}
	type trial struct {
		score  float64
		signal bool
	}
	var all []trial
	for name, list := range [][]float64{signal, noise} {
		for i, v := range list {
			if math.IsNaN(v) {
				return nil, fmt.Errorf("behavior: ROC: %s[%d] is NaN; leave trials without a score out", []string{"signal", "noise"}[name], i)
			}
			all = append(all, trial{v, name == 0})
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].score > all[b].score })
	m, n := float64(len(signal)), float64(len(noise))
	r := &ROCCurve{FalseAlarm: []float64{0}, Hit: []float64{0}, Criterion: []float64{math.Inf(1)}, Signal: len(signal), Noise: len(noise)}
	hits, fas, pairs := 0.0, 0.0, 0.0
	for i := 0; i < len(all); {
		h, f := 0.0, 0.0
		at := all[i].score
		for ; i < len(all) && all[i].score == at; i++ {
			if all[i].signal {
				h++
			} else {
				f++
			}
		}
		pairs += float64(f * (hits + float64(h/2))) // halves are exact
		hits, fas = hits+h, fas+f
		r.FalseAlarm, r.Hit, r.Criterion = append(r.FalseAlarm, fas/n), append(r.Hit, hits/m), append(r.Criterion, at)
	}
	a := pairs / m / n
	r.AUC = a
	q1, q2 := a/(2-a), 2*a*a/(1+a)
	v := float64(a*(1-a)) + float64((m-1)*(q1-float64(a*a))) + float64((n-1)*(q2-float64(a*a)))
	r.SE = math.Sqrt(math.Max(v, 0) / m / n)
	return r, nil
}

// String names the area.
func (r ROCCurve) String() string {
	return fmt.Sprintf("ROC: area %.3f ± %.3f (SE), %d signal and %d noise trials", r.AUC, r.SE, r.Signal, r.Noise)
}

// Plot returns the figure of hits over false alarms, with the diagonal of
// chance.
func (r ROCCurve) Plot() *figure.Figure {
	ticks := []float64{0, 0.25, 0.5, 0.75, 1}
	return &figure.Figure{Title: r.String(), Width: 10, Height: 10, Panels: []figure.Panel{{
		X:      figure.Axis{Label: "false-alarm rate", Min: -0.02, Max: 1.02, Ticks: ticks},
		Y:      figure.Axis{Label: "hit rate", Min: -0.02, Max: 1.02, Ticks: ticks},
		Square: true,
		Layers: []figure.Layer{
			{Kind: figure.Line, X: []float64{0, 1}, Y: []float64{0, 1}, Color: "grey", Dash: true},
			{Kind: figure.Area, X: r.FalseAlarm, Y: r.Hit, Color: "blue", Alpha: 0.12},
			{Kind: figure.Line, X: r.FalseAlarm, Y: r.Hit, Color: "blue", Width: 1.5},
		},
	}}}
}

// Show draws the figure; its text is String.
func (r ROCCurve) Show() display.Bundle {
	b := r.Plot().Show()
	b.Data[display.TypeText] = r.String()
	return b
}

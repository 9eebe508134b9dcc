package signal

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A ZapLineFit is signals of many channels without a line and its harmonics.
type ZapLineFit struct {
	Clean    [][]float64
	Scores   []float64   // of each component, falling: the power at the line, as a part of its power
	Removed  int         // components, the first ones
	Patterns [][]float64 // [component removed][channel], in the signals' unit
	Line     float64     `unit:"Hz"`
}

// ZapLine takes a line and its harmonics out of many channels by their pattern over
// channels, so that the spectrum of what is left has no gap:
//
//	x = x0 + x1, x0 the mean of x over a period of the line around each sample;
//	components of x1 whose power at the line, as a part of all, is largest
//	are regressed out of x1; the result is x0 + what is left of x1.
//
// Of n channels with k components removed, what lies above the line's frequency has
// n - k dimensions. x[c] are the samples of channel c, all as long, fs their rate and line
// the frequency of the line in Hz. remove is how many components go; 0 takes those whose
// score is more than 6 standard deviations above the median, these estimated from the
// median distance, but at most a quarter of the channels: with fewer than 4 none.
//
// Errors: fewer than 2 channels, NaN or infinite samples, channels without any signal but
// the line's slow part, fewer samples than 16 periods, a line that is not above 0 and
// below fs/4, remove not from 0 to one less than the channels. Source: de Cheveigné 2020,
// NeuroImage 207:116356, with transforms at the harmonics themselves. Checked on
// simulated lines.
func ZapLine(x [][]float64, fs, line float64, remove int) (*ZapLineFit, error) {
	const call = "ZapLine"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	channels, n := len(x), len(x[0])
	switch {
	case channels < 2:
		return nil, fmt.Errorf("signal: %s: x has %d channels; 2 or more are needed", call, channels)
	case !(line > 0 && line < fs/4):
		return nil, fmt.Errorf("signal: %s: line is %g Hz; it must be above 0 and below a quarter of the sampling rate (%g Hz)", call, line, fs/4)
	case remove < 0 || remove >= channels:
		return nil, fmt.Errorf("signal: %s: remove is %d of %d channels; 0 (chosen) to %d are allowed", call, remove, channels, channels-1)
	case float64(n) < 16*fs/line:
		return nil, fmt.Errorf("signal: %s: %d samples are %.3g periods of %g Hz; 16 or more are needed", call, n, float64(n)*line/fs, line)
	}
	task := display.Start("signal."+call, "channels", channels)
	defer task.End()
	fast := rows(channels, n)
	means := make([]float64, channels)
	linalg.Parallel(channels, func(c int) {
		if task.Err() != nil {
			return
		}
		overPeriod(fast[c], x[c], fs/line)
		vec.SubBlock(fast[c], x[c], fast[c])
		means[c] = mean(fast[c])
		vec.AddConstBlock(fast[c], fast[c], -means[c])
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	cov := crossProducts(fast)
	values, vectors, ok := linalg.Symmetric(cov)
	largest := values[len(values)-1]
	if !ok || !(largest > 0) {
		return nil, fmt.Errorf("signal: %s: the channels have no power above %g Hz", call, line)
	}
	var whiten [][]float64 // [direction][channel]
	for k := len(values) - 1; k >= 0 && values[k] > largest*smallestPart; k-- {
		row := make([]float64, channels)
		vec.MulConstBlock(row, vectors[k], 1/math.Sqrt(values[k]))
		whiten = append(whiten, row)
	}
	biased, all := atLine(fast, fs, line)
	inside := func(m [][]float64) [][]float64 { // among whitened directions
		half := multiply(whiten, m)
		out := linalg.Zeros(len(whiten))
		for i := range out {
			for j := range out {
				out[i][j] = vec.DotBlock(half[i], whiten[j])
			}
		}
		return out
	}
	_, rotation, ok := linalg.Symmetric(inside(biased))
	if !ok {
		return nil, fmt.Errorf("signal: %s: the power at the line is not finite", call)
	}
	w := make([][]float64, len(rotation)) // components, [component][channel], unit sum of squares
	f := &ZapLineFit{Line: line}
	for k := range w {
		w[k] = multiply([][]float64{rotation[len(rotation)-1-k]}, whiten)[0]
		of := func(m [][]float64) float64 { return vec.DotBlock(multiply([][]float64{w[k]}, m)[0], w[k]) }
		score := 0.0
		if p := of(all); p > 0 {
			score = of(biased) / p
		}
		f.Scores = append(f.Scores, score)
	}
	if f.Removed = min(remove, len(w)); remove == 0 {
		f.Removed = min(above(f.Scores), channels/4)
	}
	// 1 - Σ cov w w', and the means and slow parts back.
	projection := linalg.Zeros(channels)
	for c := range projection {
		projection[c][c] = 1
	}
	for _, row := range w[:f.Removed] {
		pattern := make([]float64, channels)
		for c := range pattern {
			pattern[c] = vec.DotBlock(cov[c], row)
			vec.FMAScaleBlock(projection[c], row, -pattern[c], projection[c])
		}
		vec.MulConstBlock(pattern, pattern, 1/math.Sqrt(float64(n)))
		f.Patterns = append(f.Patterns, pattern)
	}
	f.Clean = apply(projection, fast)
	linalg.Parallel(channels, func(c int) { // x - fast + clean
		vec.SubBlock(f.Clean[c], f.Clean[c], fast[c])
		vec.AddBlock(f.Clean[c], f.Clean[c], x[c])
	})
	return f, nil
}

// overPeriod sets y to the mean of x over a period of samples around each, as the trapezoid
// rule has it; beyond the ends x has its first or last value.
func overPeriod(y, x []float64, period float64) {
	half := int((period - 1) / 2)
	edge := float64((period - float64(2*half+1)) * 0.5) // weight of the samples beyond
	at := func(i int) float64 { return x[max(0, min(i, len(x)-1))] }
	for i := range y { // sums of their own, so that rounding does not add up
		sum := 0.0
		if i >= half && i+half < len(x) {
			for _, v := range x[i-half : i+half+1] {
				sum += v
			}
		} else {
			for k := i - half; k <= i+half; k++ {
				sum += at(k)
			}
		}
		y[i] = (sum + float64(edge*(at(i-half-1)+at(i+half+1)))) / period
	}
}

// atLine returns the products over channels of the transforms at a line and its harmonics
// below fs/2, in stretches of 32 periods under Hann's window that overlap by half,
// and those at all frequencies under the same windows, in a scale that makes them comparable.
func atLine(x [][]float64, fs, line float64) (at, all [][]float64) {
	n := len(x[0])
	size := min(n, int(32*fs/line))
	w, _ := window("", "hann", size)
	at, all = linalg.Zeros(len(x)), linalg.Zeros(len(x))
	cos, sin := make([]float64, size), make([]float64, size)
	cut := rows(len(x), size)
	for from := 0; from+size <= n; from += max(1, size/2) {
		for c := range x {
			vec.MulBlock(cut[c], x[c][from:from+size], w)
		}
		vec.DotsBlock(all, cut, cut)
		for h := 1.0; float64(h*line) < fs/2; h++ {
			turns(cos, sin, h*line/fs)
			re, im := rows(len(x), 1), rows(len(x), 1)
			vec.DotsBlock(re, cut, [][]float64{cos})
			vec.DotsBlock(im, cut, [][]float64{sin})
			vec.DotsBlock(at, re, re)
			vec.DotsBlock(at, im, im)
		}
	}
	// A sine in Hann's window has Σ w² / (2 (Σ w)² / 4) of the power of its transform.
	scale := 2 * vec.DotBlock(w, w) / (vec.SumBlock(w) * vec.SumBlock(w))
	for i := range at {
		vec.MulConstBlock(at[i], at[i], scale)
	}
	return at, all
}

// above returns how many of the falling scores stand out: by more than 6 robust standard
// deviations (1.4826 times the median distance from the median) from their median.
func above(scores []float64) int {
	middle := func(v []float64) float64 {
		v = append([]float64(nil), v...)
		sort.Float64s(v)
		return float64(0.5 * (v[(len(v)-1)/2] + v[len(v)/2]))
	}
	m := middle(scores)
	apart := make([]float64, len(scores))
	for i, v := range scores {
		apart[i] = math.Abs(v - m)
	}
	limit := m + float64(6*1.4826*middle(apart))
	k := 0
	for k < len(scores) && scores[k] > limit {
		k++
	}
	return k
}

// String says what was removed.
func (f ZapLineFit) String() string {
	s := fmt.Sprintf("%d of %d components removed at %.4g Hz and its harmonics", f.Removed, len(f.Scores), f.Line)
	if f.Removed > 0 {
		s += fmt.Sprintf("; the last of them has %.2g of its power there", f.Scores[f.Removed-1])
	}
	if f.Removed < len(f.Scores) {
		s += fmt.Sprintf(", the first that stays %.2g", f.Scores[f.Removed])
	}
	return s
}

// Show shows the figure of Plot.
func (f ZapLineFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}

// Plot returns the figure of the scores, those removed in red.
func (f ZapLineFit) Plot() *figure.Figure {
	p := figure.Panel{Title: f.String(), X: figure.Axis{Label: "component"}, Y: figure.Axis{Label: "power at the line", Min: 0}, Legend: "off"}
	for k, color := range []string{"red", "grey"} {
		from, to := 0, f.Removed
		if k == 1 {
			from, to = f.Removed, len(f.Scores)
		}
		l := figure.Layer{Kind: figure.Stems, Color: color, Width: 3}
		for i := from; i < to; i++ {
			l.X, l.Y = append(l.X, float64(i)), append(l.Y, f.Scores[i])
		}
		if len(l.X) > 0 {
			p.Layers = append(p.Layers, l)
		}
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

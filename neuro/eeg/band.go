package eeg

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// A Band is a mean over trials, or a difference of two, with confidence limits.
type Band struct {
	Mean         *Evoked
	Lo, Hi       [][]float64 // [channel][sample], in the unit of each channel
	Level        float64
	Method       string // "t" or "bootstrap"
	Simultaneous bool   // whether the level is that of all channels and samples at once
}

// BandOptions say how confidence limits are found. The zero value of every field means the
// default.
type BandOptions struct {
	// Method is "t" (default) or "bootstrap".
	Method string
	// Level is the level of confidence; 0 is 0.95.
	Level float64
	// Simultaneous widens the band until the level is that of all channels and samples at
	// once; its method is "bootstrap". Without it, the level is that of each sample alone.
	Simultaneous bool
	// Draws is the number of bootstrap samples; 0 is 2000.
	Draws int
	// Seed is that of the bootstrap.
	Seed uint64
}

// Band returns the mean over trials with confidence limits. Trials are taken as independent.
//
// Method "t", for each sample, of N trials with standard deviation s:
//
//	mean ± t(1/2 + Level/2; N-1) s/√N
//
// Method "bootstrap" draws N trials with replacement, the same ones for all channels and
// samples, Draws times; the limits are the quantiles (1-Level)/2 and (1+Level)/2 of the
// means drawn, linear between ranks (the percentile interval, Efron 1979). With Simultaneous they are
//
//	mean ± q s/√N,  q the quantile Level of  max over channels and samples |mean* - mean| √N / s*,
//
// where * is of a draw (the bootstrap of the largest t, Mandel and Betensky 2008): the true
// mean lies within the band everywhere with about that level. Pick the channels and Crop
// the times that the statement is about before.
//
// The same seed gives the same limits, for any number of threads. Less than two trials are
// an error, less than five for "bootstrap". Checked against scipy.stats.
func (ep *Epochs) Band(o BandOptions) (*Band, error) {
	return bands("Epochs.Band", []*Epochs{ep}, o)
}

// DifferenceBand returns the mean of a less that of b with confidence limits, the trials of
// both being independent of each other. Method "t" is Welch's interval, with
//
//	se² = s_a²/N_a + s_b²/N_b,  df = se⁴ / ( (s_a²/N_a)²/(N_a-1) + (s_b²/N_b)²/(N_b-1) );
//
// "bootstrap" draws from both. For subjects measured twice, Stack their difference waves and
// take the Band of that. Errors are those of Band, and channels or times that differ.
func DifferenceBand(a, b *Epochs, o BandOptions) (*Band, error) {
	if err := same("DifferenceBand", a.shape(), b.shape(), 1); err != nil {
		return nil, err
	}
	return bands("DifferenceBand", []*Epochs{a, b}, o)
}

// Stack returns evoked responses as trials, such as those of subjects, so that their mean and
// its Band are over subjects. The event of trial k is at k s and has the comment as its
// name. Their channels, rates and times must be the same.
func Stack(evoked ...*Evoked) (*Epochs, error) {
	if len(evoked) == 0 {
		return nil, fmt.Errorf("eeg: Stack: nothing to stack")
	}
	ep := &Epochs{FS: evoked[0].FS, T0: evoked[0].T0, Channels: append([]Channel(nil), evoked[0].Channels...)}
	for i, e := range evoked {
		if err := same("Stack", evoked[0], e, i); err != nil {
			return nil, err
		}
		ep.Events, ep.X = append(ep.Events, Event{float64(i), e.Comment}), append(ep.X, e.X)
	}
	return ep, nil
}

func bands(call string, groups []*Epochs, o BandOptions) (*Band, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Draws == 0 {
		o.Draws = 2000
	}
	if o.Method == "" {
		o.Method = "t"
		if o.Simultaneous {
			o.Method = "bootstrap"
		}
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, fmt.Errorf("eeg: %s: Level is %g; it must lie between 0 and 1, such as 0.95", call, o.Level)
	}
	if o.Method != "t" && o.Method != "bootstrap" || o.Method == "t" && o.Simultaneous {
		return nil, fmt.Errorf(`eeg: %s: Method is %q; it must be "t" or "bootstrap", and "bootstrap" with Simultaneous`, call, o.Method)
	}
	if o.Draws < 100 || o.Draws > 1e6 {
		return nil, fmt.Errorf("eeg: %s: Draws is %d; 100 to 1e6 are allowed", call, o.Draws)
	}
	least := 2
	if o.Method == "bootstrap" {
		least = 5
	}
	out := &Band{Level: o.Level, Method: o.Method, Simultaneous: o.Simultaneous}
	for i, g := range groups {
		if err := g.some(call, least); err != nil {
			return nil, err
		}
		mean, err := g.Average()
		if err != nil {
			return nil, err
		}
		if i == 0 {
			out.Mean = mean
		} else if out.Mean, err = Difference(out.Mean, mean); err != nil {
			return nil, err
		}
	}
	channels := len(groups[0].Channels)
	out.Lo, out.Hi = make([][]float64, channels), make([][]float64, channels)
	task := display.Start("eeg.Band", "channels", channels)
	defer task.End()
	if o.Method == "t" {
		linalg.Parallel(channels, func(c int) {
			if task.Err() == nil {
				out.Lo[c], out.Hi[c] = student(groups, out.Mean.X[c], c, o.Level)
			}
			task.Add(1)
		})
		return out, task.Err()
	}
	draws := make([]*draw, len(groups))
	for g := range groups {
		draws[g] = newDraw(groups[g].Len(), o.Draws, rng.New(o.Seed, uint64(g)))
	}
	most := make([][]float64, channels) // of each draw, the largest |t|
	linalg.Parallel(channels, func(c int) {
		if task.Err() == nil {
			if o.Simultaneous {
				most[c] = largest(groups, draws, out.Mean.X[c], c, o.Draws)
			} else {
				out.Lo[c], out.Hi[c] = percentile(groups, draws, out.Mean.X[c], c, o.Draws, o.Level)
			}
		}
		task.Add(1)
	})
	if err := task.Err(); err != nil || !o.Simultaneous {
		return out, err
	}
	all := most[0]
	for _, m := range most[1:] {
		for d, v := range m {
			all[d] = math.Max(all[d], v)
		}
	}
	sort.Float64s(all)
	q := ranked(all, o.Level)
	if math.IsInf(q, 0) || math.IsNaN(q) {
		return nil, fmt.Errorf("eeg: %s: too few trials for a simultaneous band: draws of one trial alone are more than 1 - Level", call)
	}
	for c := range out.Lo {
		out.Lo[c], out.Hi[c] = make([]float64, len(out.Mean.X[c])), make([]float64, len(out.Mean.X[c]))
		for k, m := range out.Mean.X[c] {
			se, _ := welch(groups, c, k)
			out.Lo[c][k], out.Hi[c][k] = m-float64(q*se), m+float64(q*se)
		}
	}
	return out, nil
}

// welch returns the standard error of a sample and its degrees of freedom.
func welch(groups []*Epochs, c, k int) (se, df float64) {
	sum, below := 0.0, 0.0
	for _, g := range groups {
		n, m, ss := float64(g.Len()), 0.0, 0.0
		for i := range g.X {
			m += g.X[i][c][k]
		}
		m /= n
		for i := range g.X {
			d := g.X[i][c][k] - m
			ss += float64(d * d)
		}
		v := ss / (n - 1) / n
		sum += v
		below += float64(v*v) / (n - 1)
	}
	if len(groups) == 1 {
		return math.Sqrt(sum), float64(groups[0].Len() - 1)
	}
	return math.Sqrt(sum), float64(sum*sum) / below
}

func student(groups []*Epochs, mean []float64, c int, level float64) (lo, hi []float64) {
	lo, hi = make([]float64, len(mean)), make([]float64, len(mean))
	t, last := 0.0, math.NaN()
	for k, m := range mean {
		se, df := welch(groups, c, k)
		if df != last && se > 0 {
			t, last = dist.StudentQuantileSF((1-level)/2, df), df
		}
		if se == 0 {
			lo[k], hi[k] = m, m
			continue
		}
		lo[k], hi[k] = m-float64(t*se), m+float64(t*se)
	}
	return lo, hi
}

// ranked returns a quantile of ascending values, linear between ranks.
func ranked(v []float64, q float64) float64 {
	at := float64(q * float64(len(v)-1))
	k := int(at)
	if k+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[k] + float64((at-float64(k))*(v[k+1]-v[k]))
}

package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// SnippetOptions say what is cut out around each spike. The zero value of a field means its
// default.
type SnippetOptions struct {
	Before   float64 `unit:"ms"` // the extremum; 0 is 0.5
	After    float64 `unit:"ms"` // it; 0 is 1
	Upsample int     // samples for each sample of the recording; 0 is 1
	Radius   float64 `unit:"um"` // of the channels about that of the spike, by ArrayOptions.Positions; 0 is 60
}

// Snippets are the samples around spikes, on the channel of each and on those near it.
type Snippets struct {
	Times   neuro.Spikes // of the spikes, ms
	Channel []int        // of each spike
	Near    [][]int      // of each channel: those that snippets of its spikes have, itself first
	X       [][][]float64
	Trough  int     // the sample of a snippet at which the spike is
	Dt      float64 `unit:"ms"` // between samples of a snippet
	Index   []int   // of each snippet's spike in what was detected
	Unit    string
}

// taps is half the width of the interpolation between samples.
const taps = 4

// CutSnippets cuts out what detection saw around spikes that were detected: X[spike][k] is
// on channel Near[Channel[spike]][k]. Channels are near when their places are within Radius
// of each other; without places all are near each other where there are up to 8, and none
// otherwise. The snippet is aligned to the extremum between the samples (the top of the
// parabola through three), by interpolation with a Lanczos window of 4 samples to each side.
//
// o are the options that the spikes were detected with: the recording is read, filtered and
// referenced again, in pieces. Spikes whose snippet would reach beyond a segment are left
// out. Errors: those of DetectRecording; a snippet without samples.
func CutSnippets(rec *eeg.Recording, d *Detected, o ArrayOptions, s SnippetOptions) (*Snippets, error) {
	const call = "CutSnippets"
	c, err := newChain(call, rec, o)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, fmt.Errorf("spikes: %s: there are no detected spikes: d is nil", call)
	}
	if len(d.Names) != c.n || d.FS != c.fs {
		return nil, fmt.Errorf("spikes: %s: spikes of %d channels at %g Hz and a recording of %d at %g Hz", call, len(d.Names), d.FS, c.n, c.fs)
	}
	if s.Before == 0 {
		s.Before = 0.5
	}
	if s.After == 0 {
		s.After = 1
	}
	if s.Upsample == 0 {
		s.Upsample = 1
	}
	if s.Radius == 0 {
		s.Radius = 60
	}
	if !(s.Before > 0) || !(s.After > 0) || s.Before+s.After > 1000 || s.Upsample < 1 || s.Upsample > 100 || !(s.Radius > 0) {
		return nil, fmt.Errorf("spikes: %s: Before %g ms, After %g ms, Upsample %d and Radius %g um; all must be above 0, snippets up to 1 s, Upsample up to 100", call, s.Before, s.After, s.Upsample, s.Radius)
	}
	pre, post := int(math.Ceil(float64(s.Before*c.fs)/1000-1e-9)), int(math.Ceil(float64(s.After*c.fs)/1000-1e-9))
	out := &Snippets{Near: c.near(s.Radius), Trough: pre * s.Upsample, Dt: 1000 / c.fs / float64(s.Upsample), Unit: d.Unit}
	task := display.Start("spikes."+call, "samples", c.total())
	defer task.End()
	next := 0
	for _, g := range c.segments {
		cut := &cutter{c: c, s: s, out: out, pre: pre, post: post, tails: make([][]float64, c.n)}
		for ; next < len(d.Times); next++ {
			at := int(math.Round(d.Times[next]*c.fs/1000)) - g.first
			if at >= g.n {
				break
			}
			if at >= pre+taps && at < g.n-post-taps {
				cut.at, cut.index = append(cut.at, at), append(cut.index, next)
			}
		}
		if err := c.run(g.first, g.n, 0, g.n, task, func(y [][]float64, at int) error { return cut.block(d, y, at) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// near lists the channels within a radius of each good one, itself first.
func (c *chain) near(radius float64) [][]int {
	near := make([][]int, c.n)
	for i := range near {
		near[i] = []int{i}
		for j := range c.n {
			if j == i || !c.good[i] || !c.good[j] {
				continue
			}
			if c.o.Positions == nil && c.n <= 8 || c.o.Positions != nil && distance(c.o.Positions[i], c.o.Positions[j]) <= radius {
				near[i] = append(near[i], j)
			}
		}
	}
	return near
}

// A cutter cuts snippets out of the blocks of a segment.
type cutter struct {
	c         *chain
	s         SnippetOptions
	out       *Snippets
	pre, post int
	at, index []int       // of spikes that are to come
	tails     [][]float64 // of each channel: samples before the block, and the block
}

func (k *cutter) block(d *Detected, y [][]float64, at int) error {
	from := at - len(k.tails[0])
	for c := range k.tails {
		k.tails[c] = append(k.tails[c], y[c]...)
	}
	end := at + len(y[0])
	n := 0
	for n < len(k.at) && k.at[n]+k.post+taps < end {
		n++
	}
	first := len(k.out.X)
	for i := range n {
		k.out.Times, k.out.Channel, k.out.Index = append(k.out.Times, d.Times[k.index[i]]), append(k.out.Channel, d.Channel[k.index[i]]), append(k.out.Index, k.index[i])
	}
	k.out.X = append(k.out.X, make([][][]float64, n)...)
	linalg.Parallel((n+63)/64, func(b int) {
		for i := 64 * b; i < min(64*b+64, n); i++ {
			k.out.X[first+i] = k.cut(k.at[i]-from, d.Channel[k.index[i]])
		}
	})
	k.at, k.index = k.at[n:], k.index[n:]
	if keep := k.pre + k.post + 2*taps + 2; end-from > keep {
		for c, t := range k.tails {
			k.tails[c] = t[:copy(t, t[len(t)-keep:])]
		}
	}
	return nil
}

// cut returns the snippet of a spike at a sample of the tails.
func (k *cutter) cut(at, channel int) [][]float64 {
	y := k.tails[channel]
	a, b, c := y[at-1], y[at], y[at+1]
	off := 0.0
	if bend := a - 2*b + c; bend != 0 {
		off = math.Max(-0.5, math.Min(0.5, 0.5*(a-c)/bend))
	}
	up := k.s.Upsample
	weights := make([][2 * taps]float64, up)
	starts := make([]int, up)
	for p := range up {
		x := off + float64(p)/float64(up)
		whole := math.Floor(x)
		starts[p] = int(whole)
		weights[p] = lanczos(x - whole)
	}
	near := k.out.Near[channel]
	out := linalg.Matrix(len(near), (k.pre+k.post)*up+1)
	for i, ch := range near {
		y := k.tails[ch]
		for j := range out[i] {
			p := j % up
			x := y[at-k.pre+j/up+starts[p]-taps+1:][:2*taps]
			sum := 0.0
			for t, w := range weights[p] {
				sum += float64(w * x[t])
			}
			out[i][j] = sum
		}
	}
	return out
}

// lanczos returns the weights of 8 samples for the value at a part of the way from the
// fourth to the fifth.
func lanczos(part float64) (w [2 * taps]float64) {
	if part == 0 {
		w[taps-1] = 1
		return w
	}
	sum := 0.0
	for t := range w {
		x := math.Pi * (part - float64(t-taps+1))
		w[t] = taps * vec.Sin(x) * vec.Sin(x/taps) / float64(x*x)
		sum += w[t]
	}
	for t := range w {
		w[t] /= sum
	}
	return w
}

// String says how many snippets there are.
func (s *Snippets) String() string {
	n := 0
	if len(s.X) > 0 {
		n = len(s.X[0][0])
	}
	return fmt.Sprintf("%d snippets of %d samples, %.4g ms apart", len(s.X), n, s.Dt)
}

// Plot draws snippets of the channel that has most, up to 200 of them, and their mean.
func (s *Snippets) Plot() *figure.Figure {
	counts, best := make([]int, len(s.Near)), 0
	for _, c := range s.Channel {
		if counts[c]++; counts[c] > counts[best] {
			best = c
		}
	}
	var own [][]float64
	for i, c := range s.Channel {
		if c == best {
			own = append(own, s.X[i][0])
		}
	}
	return &figure.Figure{Width: 9, Height: 7, Panels: []figure.Panel{s.panel(fmt.Sprintf("channel %d, %d spikes", best, len(own)), own, "blue")}}
}

// panel draws waves over each other, up to 200, with their mean.
func (s *Snippets) panel(title string, waves [][]float64, color string) figure.Panel {
	p := figure.Panel{Title: title, X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "potential", Unit: s.Unit}}
	if len(waves) == 0 {
		return p
	}
	t0 := -float64(float64(s.Trough) * s.Dt)
	l := figure.Layer{Kind: figure.Line, Color: color, Width: 0.4, Alpha: 0.25}
	mean := make([]float64, len(waves[0]))
	for _, w := range waves {
		vec.AddBlock(mean, mean, w)
	}
	vec.DivConstBlock(mean, mean, float64(len(waves)))
	step := (len(waves) + 199) / 200
	for i := 0; i < len(waves); i += step {
		for j, v := range waves[i] {
			l.X, l.Y = append(l.X, t0+float64(float64(j)*s.Dt)), append(l.Y, v)
		}
		l.X, l.Y = append(l.X, math.NaN()), append(l.Y, math.NaN())
	}
	p.Layers = []figure.Layer{l, {Kind: figure.Line, X0: t0, DX: s.Dt, Y: mean, Color: "black", Width: 1.2}}
	return p
}

// Show draws the figure; its text is String.
func (s *Snippets) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}

package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A WeightProbe records the weights from one population to a receptor of another.
type WeightProbe struct {
	From, To, Receptor string
	Sources, Targets   []int   // members whose synapses are recorded, all of them if nil
	Every              float64 `unit:"ms"` // time between samples, a hundredth of the run if 0
	// Each keeps the weight of every synapse over time, besides mean and percentiles.
	Each bool
}

// Weights are those that a WeightProbe recorded, in the receptor's natural unit. A sample
// has the weights that Simulation.Connections returned at its time.
type Weights struct {
	From, To, Receptor string
	Unit               string
	N                  int         // synapses
	Mean, SD           neuro.Trace // over the synapses
	// Percentiles are the weights, by sample, below which 0, 1, ... 100 % of the
	// synapses lie.
	Percentiles [][]float64
	// Synapses and Traces are, with Each, the synapses by target and then by source, with
	// their weights at the first sample, and the weight of each over time.
	Synapses []Pair
	Traces   []neuro.Trace
}

// mostWeights is how many numbers Each and a matrix may have.
const mostWeights = 100_000_000

// A weighing is a WeightProbe at work.
type weighing struct {
	*projected
	out              *Weights
	each             bool
	sources, targets []bool // nil for all
	stride           int
	begin            uint64
	order            []int       // with Each: the place of each synapse, shard by shard
	taken            [][]float64 // by shard: samples of this chunk, one after the other
	counts           []int       // by shard: synapses
}

func (s *Simulation) weighings(list []WeightProbe, steps int) ([]*weighing, error) {
	for _, sh := range s.shards {
		sh.weighings = nil
	}
	var out []*weighing
	for i, x := range list {
		fail := func(format string, a ...any) ([]*weighing, error) {
			return nil, fmt.Errorf("network: Run: Weights %d: %s", i, fmt.Errorf(format, a...))
		}
		p, err := s.projected(x.From, x.To, x.Receptor)
		if err != nil {
			return fail("%w", err)
		}
		if x.Every == 0 {
			x.Every = math.Max(s.dt, float64(float64(steps)*s.dt)/100)
		}
		w := &weighing{projected: p, each: x.Each, stride: int(math.Round(x.Every / s.dt)), begin: s.k,
			taken: make([][]float64, len(s.shards)), counts: make([]int, len(s.shards))}
		if !(x.Every > 0) || w.stride < 1 {
			return fail("Every is %g ms; it must be a multiple of the time step, %g ms", x.Every, s.dt)
		}
		if w.sources, err = s.chosen(p.from, x.Sources, "Sources"); err != nil {
			return fail("%w", err)
		}
		if w.targets, err = s.chosen(p.to, x.Targets, "Targets"); err != nil {
			return fail("%w", err)
		}
		w.out = &Weights{From: x.From, To: s.net.Populations[p.to].Name, Receptor: x.Receptor, Unit: p.unit}
		var pairs []Pair
		for n, sh := range s.shards {
			w.visit(s, sh, func(t *synapses, segment, k uint32, source, target int) {
				w.counts[n]++
				if x.Each {
					pairs = append(pairs, Pair{From: source, To: target, Weight: t.now(segment, k, s.settled()) / p.size, Delay: float64(float64(t.segments[segment].delay) * s.dt)})
				}
			})
			w.out.N += w.counts[n]
		}
		samples := (steps + w.stride - 1) / w.stride
		if w.out.N == 0 {
			return fail("there is no synapse from %q to %s of %q with these Sources and Targets", x.From, x.Receptor, w.out.To)
		}
		if numbers := float64(w.out.N) * float64(samples); x.Each && numbers > mostWeights {
			return fail("Each would keep %.3g numbers, %d synapses at %d times; at most %d are possible: choose Sources or Targets, or a longer Every", numbers, w.out.N, samples, mostWeights)
		}
		trace := neuro.Trace{Unit: p.unit, T0: s.Time(), Dt: float64(float64(w.stride) * s.dt)}
		w.out.Mean, w.out.SD = trace, trace
		w.out.Mean.Name, w.out.SD.Name = "mean weight", "SD of weights"
		if x.Each {
			w.sort(pairs, trace, samples)
		}
		for n, sh := range s.shards {
			sh.number, sh.weighings = n, append(sh.weighings, w)
		}
		out = append(out, w)
	}
	return out, nil
}

// sort prepares the traces of all synapses, by target and source.
func (w *weighing) sort(pairs []Pair, trace neuro.Trace, samples int) {
	places := make([]int, len(pairs))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		x, y := &pairs[a], &pairs[b]
		return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.From, y.From), cmp.Compare(x.Delay, y.Delay))
	})
	w.order = make([]int, len(pairs))
	for to, from := range places {
		w.order[from] = to
		p := pairs[from]
		t := trace
		t.Name, t.Y = fmt.Sprintf("%d to %d", p.From, p.To), make([]float64, 0, samples)
		w.out.Synapses, w.out.Traces = append(w.out.Synapses, p), append(w.out.Traces, t)
	}
}

// chosen returns which members of a population are in a list, nil for all of them.
func (s *Simulation) chosen(p int, list []int, what string) ([]bool, error) {
	if list == nil {
		return nil, nil
	}
	pop := &s.net.Populations[p]
	out := make([]bool, pop.size())
	for _, i := range list {
		if i < 0 || i >= len(out) {
			return nil, fmt.Errorf("%s: %q has no member %d; members are 0 to %d", what, pop.Name, i, len(out)-1)
		}
		out[i] = true
	}
	return out, nil
}

// visit goes through the synapses in a shard that are recorded.
func (w *weighing) visit(s *Simulation, sh *shard, do func(t *synapses, segment, k uint32, source, target int)) {
	w.projected.visit(sh, s.settled(), func(t *synapses, segment, k uint32, source, target int) {
		if (w.sources == nil || w.sources[source]) && (w.targets == nil || w.targets[target]) {
			do(t, segment, k, source, target)
		}
	})
}

// take takes a sample of a shard before step k, if it is time.
func (w *weighing) take(s *Simulation, number int, k uint64) {
	if (k-w.begin)%uint64(w.stride) != 0 {
		return
	}
	at := uint32(max(k, 1) - 1)
	w.projected.visit(s.shards[number], at, func(t *synapses, segment, i uint32, source, target int) {
		if (w.sources == nil || w.sources[source]) && (w.targets == nil || w.targets[target]) {
			w.taken[number] = append(w.taken[number], t.now(segment, i, at)/w.size)
		}
	})
}

// merge adds the samples of a chunk to the result. Sums are those of the sorted weights, so
// that they do not depend on how the network is cut.
func (w *weighing) merge() {
	samples := 0
	for n, c := range w.counts {
		if c > 0 {
			samples = len(w.taken[n]) / c
		}
	}
	for i := range samples {
		all := make([]float64, 0, w.out.N)
		for n, c := range w.counts {
			all = append(all, w.taken[n][i*c:(i+1)*c]...)
		}
		for from, to := range w.order {
			w.out.Traces[to].Y = append(w.out.Traces[to].Y, all[from])
		}
		slices.Sort(all)
		mean, squares := 0.0, 0.0
		for _, x := range all {
			mean += x
		}
		mean /= float64(len(all))
		for _, x := range all {
			squares += float64((x - mean) * (x - mean))
		}
		w.out.Mean.Y, w.out.SD.Y = append(w.out.Mean.Y, mean), append(w.out.SD.Y, math.Sqrt(squares/float64(len(all))))
		p := make([]float64, 101)
		for k := range p {
			at := float64(k*(len(all)-1)) / 100
			j := int(at)
			p[k] = all[j] + float64((at-float64(j))*(all[min(j+1, len(all)-1)]-all[j]))
		}
		w.out.Percentiles = append(w.out.Percentiles, p)
	}
	for n := range w.taken {
		w.taken[n] = w.taken[n][:0]
	}
}

// Quantile returns the weight over time below which the share q of the synapses lies, 0
// to 1, between the percentiles that were recorded.
func (w *Weights) Quantile(q float64) (neuro.Trace, error) {
	t := w.Mean
	t.Name, t.Y = fmt.Sprintf("quantile %g of weights", q), make([]float64, len(w.Percentiles))
	if !(q >= 0 && q <= 1) {
		return t, fmt.Errorf("network: Weights.Quantile: q is %g; it must be 0 to 1", q)
	}
	at := float64(100 * q)
	k := min(int(at), 99)
	for i, p := range w.Percentiles {
		t.Y[i] = p[k] + float64((at-float64(k))*(p[k+1]-p[k]))
	}
	return t, nil
}

// Histogram returns what share of the synapses has a weight in each of so many bins of the
// same width over time, by sample, and the edges of the bins: from the percentiles, so that
// a bin is right to a hundredth.
func (w *Weights) Histogram(bins int) (share [][]float64, edges []float64, err error) {
	if bins < 1 {
		return nil, nil, fmt.Errorf("network: Weights.Histogram: bins is %d; it must be 1 or more", bins)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range w.Percentiles {
		lo, hi = math.Min(lo, p[0]), math.Max(hi, p[100])
	}
	if !(hi > lo) {
		lo, hi = lo-0.5, hi+0.5 // all weights are the same
	}
	for k := range bins + 1 {
		edges = append(edges, lo+float64((hi-lo)*float64(k)/float64(bins)))
	}
	width := (hi - lo) / float64(bins)
	for _, p := range w.Percentiles {
		row := make([]float64, bins)
		for k := range 100 { // a hundredth lies evenly between two percentiles
			a, b := (p[k]-lo)/width, (p[k+1]-lo)/width
			if b-a < 1e-9 {
				row[min(int(a), bins-1)] += 0.01
				continue
			}
			for j := min(int(a), bins-1); j < bins && float64(j) < b; j++ {
				part := math.Min(b, float64(j+1)) - math.Max(a, float64(j))
				row[j] += float64(0.01 * math.Max(part, 0) / (b - a))
			}
		}
		share = append(share, row)
	}
	return share, edges, nil
}

// Show draws the figure of Plot.
func (w *Weights) Show() display.Bundle { return w.Plot().Show() }

// Plot returns the figure of the histogram of the weights over time, with their mean; of up to
// 20 synapses it draws each.
func (w *Weights) Plot() *figure.Figure {
	p := figure.Panel{Title: fmt.Sprintf("%s to %s, %d synapses", w.From, w.To, w.N), X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "weight of " + w.Receptor, Unit: w.Unit}}
	line := func(t neuro.Trace, name, color string) {
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: name, Color: color, X0: t.T0, DX: t.Dt, Y: t.Y})
	}
	const few = 20
	if len(w.Traces) > 0 && len(w.Traces) <= few {
		for _, t := range w.Traces {
			if len(w.Traces) > 8 {
				t.Name = "" // no room for a legend
			}
			line(t, t.Name, "")
		}
		p.Legend = "beside"
		return &figure.Figure{Panels: []figure.Panel{p}}
	}
	share, edges, err := w.Histogram(50)
	if err == nil && len(share) > 0 {
		z := make([][]float64, len(edges)-1) // by bin and sample, in %
		for j := range z {
			for i := range share {
				z[j] = append(z[j], 100*share[i][j])
			}
		}
		t := w.Mean
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Image, Z: z, X: []float64{t.T0, t.At(len(share))}, Y: []float64{edges[0], edges[len(edges)-1]}})
		p.ColorBar = figure.Axis{Label: "synapses", Unit: "%"}
	}
	line(w.Mean, "mean", "white")
	p.Legend = "off"
	return &figure.Figure{Panels: []figure.Panel{p}}
}

package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// PositionOptions say how Position decodes. The zero value of a field means its
// default.
type PositionOptions struct {
	// Bin is the time over which spikes are counted, ms; 0 is 100.
	Bin float64
	// Prior is "flat" (default) or "occupancy": places count as they were visited.
	Prior string
	// Spread, above 0, adds continuity: it is the standard deviation, in the unit of
	// the features, of the movement in one Bin, and the posterior of the bin before,
	// spread by that Gaussian, multiplies the prior.
	Spread float64
	// Posterior keeps the posterior of every time bin, which takes 4 bytes for each
	// place; without it only what is made of it is kept.
	Posterior bool
}

// Decoded is the position that was read from spikes in each time bin.
type Decoded struct {
	Time []float64 `unit:"ms"` // middle of each time bin, ms
	Bin  float64   `unit:"ms"`
	// Best is the most probable place, [feature][time], of equal ones the first, and
	// Mean the posterior's mean (of an angle the circular one).
	Best, Mean [][]float64
	// Probability is that of Best, Entropy that of the posterior, bits.
	Probability []float64
	Entropy     []float64 `unit:"bit"`
	// Posterior is [time][bin], in the order of the curves, nil unless asked for.
	Posterior [][]float32
	Spikes    []int // of all cells in each time bin
	Method    string

	curves *spikes.Curves
}

// Position reads positions out of the spikes of cells whose tuning curves are
// known, by Bayes's rule for independent Poisson counts n_c in time bins of τ:
//
//	P(x | n) ∝ P(x) Π_c r_c(x)^n_c exp(-τ Σ_c r_c(x))
//
// c are the curves over one feature or two, in the order of cells; the bins are
// [t0 + i Bin, t0 + (i+1) Bin), as many as fit until t1. A rate of 0 counts as
// 1e-12 Hz, so that one spike does not rule a place out for good, and places that
// were never visited have no probability. With Spread the prior is
//
//	P(x_t) ∝ P(x) Σ_y P(y | spikes until t-1) exp(-|x - y|²/(2 Spread²))
//
// The curves should come from other times than those that are decoded:
// ValidatePosition sees to it.
//
// Errors: curves without cells or another number of them, trains that are not
// finite and ascending, a Bin that is not above 0 or longer than the window, an
// unknown Prior, a negative Spread, and a posterior to be kept of more than 2^31
// numbers. Sources: Zhang, Ginzburg, McNaughton and Sejnowski 1998, J. Neurophysiol.
// 79:1017; Brown et al. 1998, J. Neurosci. 18:7411 (continuity). Checked against
// pynapple 0.11.4's decode_bayes.
func Position(c *spikes.Curves, cells []neuro.Spikes, t0, t1 float64, o PositionOptions) (*Decoded, error) {
	const caller = "Position"
	p, err := newPlaces(caller, c, o)
	if err != nil {
		return nil, err
	}
	if len(cells) != len(c.Rate) {
		return nil, fmt.Errorf("decode: %s: c has curves of %d cells and cells has %d trains, there must be one for each", caller, len(c.Rate), len(cells))
	}
	for i, s := range cells {
		if err := s.Check(fmt.Sprintf("decode: %s: cells[%d]", caller, i)); err != nil {
			return nil, err
		}
	}
	n := math.Floor((t1-t0)/p.bin + 1e-9)
	if !(n >= 1) || math.IsInf(t1-t0, 0) {
		return nil, fmt.Errorf("decode: %s: the window from %g to %g ms holds no bin of %g ms", caller, t0, t1, p.bin)
	}
	if n > 1e8 || o.Posterior && n*float64(len(p.prior)) > 1<<31 {
		return nil, fmt.Errorf("decode: %s: %.3g time bins and %d places are too many; take a longer Bin, or leave Posterior out", caller, n, len(p.prior))
	}
	d := p.decoded(int(n), t0, o)
	// Pieces of time are independent unless the posterior goes on.
	pieces := 1
	if o.Spread == 0 {
		pieces = (d.len() + 255) / 256
	}
	task := display.Start("decode."+caller, "time bins", d.len())
	defer task.End()
	linalg.Parallel(pieces, func(k int) {
		from, to := k*256, min((k+1)*256, d.len())
		if pieces == 1 {
			to = d.len()
		}
		p.read(d, cells, t0, from, to, task)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	return d, nil
}

// places is what is known before there are spikes.
type places struct {
	curves  *spikes.Curves
	bin     float64
	logRate [][]float64 // [cell][place]
	silence []float64   // -τ Σ r and the log of the prior; -Inf where never visited
	prior   []float64
	at      [][]float64 // centres of the places, [feature][place]
	spread  float64
	method  string
}

func newPlaces(caller string, c *spikes.Curves, o PositionOptions) (*places, error) {
	if c == nil || len(c.Rate) == 0 {
		return nil, fmt.Errorf("decode: %s: c has no curves; they come from spikes.TuningCurves", caller)
	}
	p := &places{curves: c, bin: o.Bin, spread: o.Spread}
	if o.Bin == 0 {
		p.bin = 100
	}
	if !(p.bin > 0) || math.IsInf(p.bin, 0) {
		return nil, fmt.Errorf("decode: %s: Bin is %g ms; it must be above 0 and finite", caller, o.Bin)
	}
	if !(o.Spread >= 0) || math.IsInf(o.Spread, 0) {
		return nil, fmt.Errorf("decode: %s: Spread is %g; it must be above 0 and finite, or 0 for none", caller, o.Spread)
	}
	size := len(c.Occupancy)
	p.prior, p.silence = make([]float64, size), make([]float64, size)
	total := 0.0
	for b, t := range c.Occupancy {
		if !(t > 0) {
			continue
		}
		switch o.Prior {
		case "", "flat":
			p.prior[b] = 1
		case "occupancy":
			p.prior[b] = t
		default:
			return nil, fmt.Errorf("decode: %s: Prior is %q; allowed are \"flat\" and \"occupancy\"", caller, o.Prior)
		}
		total += p.prior[b]
	}
	if total == 0 {
		return nil, fmt.Errorf("decode: %s: no place of the curves was visited", caller)
	}
	for b := range p.prior {
		p.prior[b] /= total
		p.silence[b] = vec.Log(p.prior[b])
	}
	for i, rate := range c.Rate {
		if len(rate) != size {
			return nil, fmt.Errorf("decode: %s: the curve of cell %d has %d places, Occupancy has %d", caller, i, len(rate), size)
		}
		logs := make([]float64, size)
		for b, r := range rate {
			switch {
			case p.prior[b] == 0:
			case !(r >= 0) || math.IsInf(r, 0):
				return nil, fmt.Errorf("decode: %s: the rate of cell %d at place %d is %g Hz; rates must be 0 or more and finite", caller, i, b, r)
			default:
				logs[b] = vec.Log(r + 1e-12)
				p.silence[b] -= float64(p.bin / 1000 * r)
			}
		}
		p.logRate = append(p.logRate, logs)
	}
	cols := 1
	if len(c.Edges) == 2 {
		cols = len(c.Edges[1]) - 1
	}
	for f := range c.Edges {
		centres, at := c.Centres(f), make([]float64, size)
		for b := range at {
			at[b] = centres[[]int{b / cols, b % cols}[f]]
		}
		p.at = append(p.at, at)
	}
	p.method = "flat prior"
	if o.Prior == "occupancy" {
		p.method = "occupancy as prior"
	}
	if o.Spread > 0 {
		p.method += fmt.Sprintf(", continuity of %g per bin", o.Spread)
	}
	return p, nil
}

func (p *places) decoded(n int, t0 float64, o PositionOptions) *Decoded {
	d := &Decoded{Time: make([]float64, n), Bin: p.bin, Probability: make([]float64, n), Entropy: make([]float64, n), Spikes: make([]int, n), Method: p.method, curves: p.curves}
	for i := range d.Time {
		d.Time[i] = t0 + float64((float64(i)+0.5)*p.bin)
	}
	for range p.curves.Edges {
		d.Best, d.Mean = append(d.Best, make([]float64, n)), append(d.Mean, make([]float64, n))
	}
	if o.Posterior {
		d.Posterior = make([][]float32, n)
		all := make([]float32, n*len(p.prior))
		for i := range d.Posterior {
			d.Posterior[i] = all[i*len(p.prior) : (i+1)*len(p.prior)]
		}
	}
	return d
}

func (d *Decoded) len() int { return len(d.Time) }

// read decodes the time bins from ... to.
func (p *places) read(d *Decoded, cells []neuro.Spikes, t0 float64, from, to int, task *display.Counter) {
	size := len(p.prior)
	post := make([]float64, size)
	next := make([]int, len(cells)) // first spike that is not before the bin
	for c, s := range cells {
		next[c] = sort.SearchFloat64s(s, t0+float64(float64(from)*p.bin))
	}
	var before, moved []float64
	var around [][]float64
	if p.spread > 0 {
		before, moved = append([]float64(nil), p.prior...), make([]float64, size)
		around = p.kernels()
	}
	for i := from; i < to; i++ {
		if i%64 == 0 {
			if task.Add(min(64, to-i)); task.Err() != nil {
				return
			}
		}
		end := t0 + float64(float64(i+1)*p.bin)
		copy(post, p.silence)
		for c, s := range cells {
			k := next[c]
			for k < len(s) && s[k] < end {
				k++
			}
			if n := k - next[c]; n > 0 {
				addTimes(post, float64(n), p.logRate[c])
				d.Spikes[i] += n
			}
			next[c] = k
		}
		if p.spread > 0 && i > from {
			p.move(moved, before, around)
			for b, m := range moved {
				post[b] += vec.Log(m)
			}
		}
		best := 0
		for b, v := range post {
			if v > post[best] {
				best = b
			}
		}
		top := post[best]
		vec.AddConstBlock(post, post, -top)
		vec.ExpBlock(post, post)
		sum := vec.SumBlock(post)
		vec.DivConstBlock(post, post, sum)
		d.Probability[i] = post[best]
		for f := range p.at {
			d.Best[f][i] = p.at[f][best]
			d.Mean[f][i] = p.mean(post, f)
		}
		entropy := 0.0
		for _, v := range post {
			if v > 1e-300 {
				entropy -= float64(v * vec.Log2(v))
			}
		}
		d.Entropy[i] = entropy
		if d.Posterior != nil {
			for b, v := range post {
				d.Posterior[i][b] = float32(v)
			}
		}
		if p.spread > 0 {
			copy(before, post)
		}
	}
}

// mean of a posterior along feature f.
func (p *places) mean(post []float64, f int) float64 {
	if !p.curves.Circular {
		return dot(post, p.at[f])
	}
	e := p.curves.Edges[0]
	lo, turn := e[0], e[len(e)-1]-e[0]
	x, y := 0.0, 0.0
	for b, v := range post {
		sin, cos := vec.Sincos((p.at[0][b] - lo) / turn * 2 * math.Pi)
		x += float64(v * cos)
		y += float64(v * sin)
	}
	a := vec.Atan2(y, x) / (2 * math.Pi)
	if a < 0 {
		a++
	}
	return lo + float64(a*turn)
}

// kernels returns the Gaussian of the movement along each feature, by the number
// of bins, cut off at 5 standard deviations.
func (p *places) kernels() [][]float64 {
	var out [][]float64
	for f := range p.at {
		e := p.curves.Edges[f]
		width := (e[len(e)-1] - e[0]) / float64(len(e)-1)
		reach := min(int(math.Ceil(5*p.spread/width)), len(e)-2)
		w := make([]float64, reach+1)
		for k := range w {
			u := float64(k) * width / p.spread
			w[k] = vec.Exp(-u * u / 2)
		}
		out = append(out, w)
	}
	return out
}

// move spreads a posterior; a little of everywhere remains, so that the decoder
// can find its way back.
func (p *places) move(out, post []float64, w [][]float64) {
	rows, cols := 1, len(post)
	if len(w) == 2 {
		rows, cols = len(p.curves.Edges[0])-1, len(p.curves.Edges[1])-1
	}
	last := w[len(w)-1]
	across := out
	if rows > 1 {
		across = make([]float64, len(post))
	}
	for r := range rows {
		for k := range cols {
			sum := float64(last[0] * post[r*cols+k])
			for j := 1; j < len(last); j++ {
				a, b := k-j, k+j
				if p.curves.Circular {
					a, b = (a+cols)%cols, b%cols
				}
				if a >= 0 {
					sum += float64(last[j] * post[r*cols+a])
				}
				if b < cols {
					sum += float64(last[j] * post[r*cols+b])
				}
			}
			across[r*cols+k] = sum
		}
	}
	if rows > 1 {
		clear(out)
		for r := range rows {
			for j, v := range w[0] {
				if r-j >= 0 {
					addTimes(out[r*cols:(r+1)*cols], v, across[(r-j)*cols:(r-j+1)*cols])
				}
				if j > 0 && r+j < rows {
					addTimes(out[r*cols:(r+1)*cols], v, across[(r+j)*cols:(r+j+1)*cols])
				}
			}
		}
	}
	sum := vec.SumBlock(out)
	for b := range out {
		out[b] = out[b]/sum + 1e-9/float64(len(out))
	}
}

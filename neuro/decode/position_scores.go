package decode

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// PositionScores say how far decoded positions are from the true ones.
type PositionScores struct {
	Method  string // how it was validated, and the prior
	Decoded *Decoded
	True    [][]float64 // [feature][time bin], NaN where nothing was tracked
	// Error is the distance of Decoded.Best from True in each time bin, NaN where
	// there is no truth; of an angle the smaller of both ways round.
	Error        []float64
	Median, Mean float64
	// Chance is the mean of the median errors when the decoded positions are moved
	// along the true ones in time, and P the share of such moves, with the data
	// itself among them, whose median is as small.
	Chance, P float64
	Moves     int
	Fold      []int // fold of each time bin
}

// ValidatePosition decodes each block of time with curves from all other blocks,
// so that the spikes that are decoded had no part in the curves, and says how far
// the positions are from the true ones.
//
// t, features and cells are those of spikes.TuningCurves, which c is for, without
// Epochs; o is for Position. The time from the first sample to the last is cut
// into as many blocks as folds, 2 or more.
//
// Errors are those of TuningCurves and of Position, Epochs that are set, and a
// place that only the tested block has visited is no error: it cannot be decoded.
// Source: Zhang et al. 1998, whose measure is the distance. P is that of
// circular shifts, (b+1)/(m+1).
func ValidatePosition(t []float64, features [][]float64, cells []neuro.Spikes, folds int, c spikes.CurvesOptions, o PositionOptions) (*PositionScores, error) {
	const caller = "ValidatePosition"
	wrong := func(err error) (*PositionScores, error) { return nil, fmt.Errorf("decode: %s: %w", caller, err) }
	if folds < 2 {
		return wrong(fmt.Errorf("folds is %d, at least 2 are needed", folds))
	}
	if c.Epochs != nil {
		return wrong(errors.New("Epochs are set; the folds choose the times, leave them out"))
	}
	// Bins and checks are those of the whole.
	whole, err := spikes.TuningCurves(t, features, cells, c)
	if err != nil {
		return wrong(err)
	}
	c.Range = nil
	for _, e := range whole.Edges {
		c.Range = append(c.Range, [2]float64{e[0], e[len(e)-1]})
	}
	first, last := t[0], t[len(t)-1]
	s := &PositionScores{}
	task := display.Start("decode."+caller, "folds", folds)
	defer task.End()
	for f := range folds {
		if task.Set(f); task.Err() != nil {
			return wrong(task.Err())
		}
		lo := first + float64((last-first)*float64(f)/float64(folds))
		hi := first + float64((last-first)*float64(f+1)/float64(folds))
		c.Epochs = nil
		if f > 0 {
			c.Epochs = append(c.Epochs, [2]float64{first, lo})
		}
		if f < folds-1 {
			c.Epochs = append(c.Epochs, [2]float64{hi, last})
		}
		curves, err := spikes.TuningCurves(t, features, cells, c)
		if err != nil {
			return wrong(fmt.Errorf("fold %d of %d: %w", f+1, folds, err))
		}
		d, err := Position(curves, cells, lo, hi, o)
		if err != nil {
			return wrong(fmt.Errorf("fold %d of %d: %w", f+1, folds, err))
		}
		for range d.Time {
			s.Fold = append(s.Fold, f)
		}
		if s.Decoded == nil {
			s.Decoded = d
		} else {
			s.Decoded.append(d)
		}
	}
	s.Method = fmt.Sprintf("%d blocks of time, each decoded with curves from the others; %s", folds, s.Decoded.Method)
	s.Decoded.Method = s.Method
	return s, s.measure(t, features)
}

func (d *Decoded) append(o *Decoded) {
	d.Time = append(d.Time, o.Time...)
	for f := range d.Best {
		d.Best[f], d.Mean[f] = append(d.Best[f], o.Best[f]...), append(d.Mean[f], o.Mean[f]...)
	}
	d.Probability, d.Entropy = append(d.Probability, o.Probability...), append(d.Entropy, o.Entropy...)
	d.Posterior, d.Spikes = append(d.Posterior, o.Posterior...), append(d.Spikes, o.Spikes...)
}

// measure compares with the true positions.
func (s *PositionScores) measure(t []float64, features [][]float64) error {
	d := s.Decoded
	n := d.len()
	for _, x := range features {
		row := make([]float64, n)
		for i, at := range d.Time {
			k := min(sort.SearchFloat64s(t, at), len(t)-1)
			if k > 0 && at-t[k-1] < t[k]-at {
				k--
			}
			row[i] = x[k]
		}
		s.True = append(s.True, row)
	}
	s.Error = make([]float64, n)
	moved := func(shift int) (median, mean float64) {
		var known []float64
		for i := range n {
			e := d.distance(s.True, i, (i+shift)%n)
			if shift == 0 {
				s.Error[i] = e
			}
			if !math.IsNaN(e) {
				known = append(known, e)
			}
		}
		sort.Float64s(known)
		sum := 0.0
		for _, e := range known {
			sum += e
		}
		if len(known) == 0 {
			return math.NaN(), math.NaN()
		}
		return (known[(len(known)-1)/2] + known[len(known)/2]) / 2, sum / float64(len(known))
	}
	s.Median, s.Mean = moved(0)
	if math.IsNaN(s.Median) {
		return errors.New("decode: ValidatePosition: nothing was tracked in the middle of any time bin")
	}
	s.Moves = min(199, n-1)
	var null []float64
	for k := 1; k <= s.Moves; k++ {
		m, _ := moved(k * n / (s.Moves + 1))
		if !math.IsNaN(m) {
			null = append(null, -m)
			s.Chance += m
		}
	}
	s.Moves = len(null)
	s.Chance /= float64(len(null))
	s.P = stats.PermutationP([]float64{-s.Median}, null, false)[0]
	return nil
}

// distance of the position decoded in time bin j from the true one in i.
func (d *Decoded) distance(truth [][]float64, i, j int) float64 {
	sum := 0.0
	for f := range truth {
		v := d.Best[f][j] - truth[f][i]
		if d.curves.Circular {
			e := d.curves.Edges[0]
			turn := e[len(e)-1] - e[0]
			v = math.Abs(math.Mod(v, turn))
			v = math.Min(v, turn-v)
		}
		sum += float64(v * v)
	}
	return math.Sqrt(sum)
}

// unit of the error: that of the features where they share one.
func (s *PositionScores) unit() string {
	u := s.Decoded.curves.Units
	if u[0] == "" || u[len(u)-1] != u[0] {
		return ""
	}
	return " " + u[0]
}

// String says the error, chance, and how it was validated.
func (s *PositionScores) String() string {
	return fmt.Sprintf("median error %.3g%s, chance %.3g, p = %.2g (%d shifts in time); %s", s.Median, s.unit(), s.Chance, s.P, s.Moves, s.Method)
}

// Plot draws the decoded positions and the true ones over time, with the posterior
// where it was kept.
func (s *PositionScores) Plot() *figure.Figure {
	f := s.Decoded.figure(s.True)
	f.Title = s.String()
	return f
}

// Show draws the figure; its text is String.
func (s *PositionScores) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}

// String says what was decoded; how well is for ValidatePosition to say.
func (d *Decoded) String() string {
	if len(d.Time) == 0 {
		return "nothing decoded"
	}
	return fmt.Sprintf("positions in %s of %g ms from %s (%s); not compared with the truth", spell.Count(len(d.Time), "bin"), d.Bin, spell.Count(len(d.curves.Rate), "cell"), d.Method)
}

// Plot draws the decoded positions over time, with the posterior where it was
// kept.
func (d *Decoded) Plot() *figure.Figure {
	f := d.figure(nil)
	f.Title = d.String()
	return f
}

// Show draws the figure; its text is String.
func (d *Decoded) Show() display.Bundle {
	b := d.Plot().Show()
	b.Data[display.TypeText] = d.String()
	return b
}

// figure draws each feature over time, in s.
func (d *Decoded) figure(truth [][]float64) *figure.Figure {
	n := d.len()
	seconds := make([]float64, n)
	for i, t := range d.Time {
		seconds[i] = t / 1000
	}
	out := &figure.Figure{Width: 18, Height: float64(4 + 5*len(d.Best)), ShareX: true}
	if n == 0 {
		return out
	}
	half := d.Bin / 2000
	lo, hi := seconds[0]-half, seconds[n-1]+half
	for f := range d.Best {
		e := d.curves.Edges[f]
		p := figure.Panel{
			X: figure.Axis{Label: "time", Unit: "s", Min: lo, Max: hi},
			Y: figure.Axis{Label: d.curves.Names[f], Unit: d.curves.Units[f], Min: e[0], Max: e[len(e)-1]}, Legend: "beside",
		}
		if d.Posterior != nil {
			p.ColorBar = figure.Axis{Label: "probability"}
			p.Legend = "off"
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Image, X: []float64{lo, hi}, Y: []float64{e[0], e[len(e)-1]}, Z: d.marginal(f), Map: "grey_r"})
		}
		if truth != nil {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: "true", X: seconds, Y: truth[f], Color: "orange", Width: 1.2})
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, Name: "decoded", X: seconds, Y: d.Best[f], Color: "blue", Size: 2.5, Alpha: 0.7})
		out.Panels = append(out.Panels, p)
	}
	return out
}

// marginal returns the posterior along feature f, [place][time], with at most 2000
// columns of time.
func (d *Decoded) marginal(f int) [][]float64 {
	cols := 1
	if len(d.curves.Edges) == 2 {
		cols = len(d.curves.Edges[1]) - 1
	}
	n := d.len()
	wide := min(n, 2000)
	z := make([][]float64, len(d.curves.Edges[f])-1)
	for k := range z {
		z[k] = make([]float64, wide)
	}
	for i, post := range d.Posterior {
		at := i * wide / n
		share := float64((i*wide/n+1)*n/wide - i*wide/n*n/wide)
		for b, v := range post {
			z[[]int{b / cols, b % cols}[f]][at] += float64(v) / math.Max(share, 1)
		}
	}
	return z
}

package eeg

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// MatchOptions say which components count as those of a channel of eyes or heart. The zero
// value of a field means its default.
type MatchOptions struct {
	// Channels are the names of what components are compared with; none is all
	// channels of kind EOG (FindEOG) or ECG (FindECG).
	Channels []string
	// Threshold is the z-score of a correlation above which a component is found, 3 for 0;
	// with Absolute it is the size of the correlation itself, 0.9 for 0.
	Threshold float64
	Absolute  bool
	// Lo and Hi limit the band in which signals are compared, Hz; both 0: 1 to 10 Hz for
	// EOG, 8 to 16 Hz for ECG.
	Lo, Hi float64 `unit:"Hz"`
}

// An ICAMatch tells how components are correlated with channels, and which stand out.
type ICAMatch struct {
	Channels   []string
	R          [][]float64 // [channel][component], Pearson's correlation
	Found      [][]int     // [channel], the components that stand out, ascending
	Components []int       // those of any channel, the largest |R| first
	Threshold  float64
	Absolute   bool
	Lo, Hi     float64 `unit:"Hz"`
}

// FindEOG finds the components of the eyes: those whose correlation with a channel stands
// out from the others'. Components and channels are filtered from Lo to Hi by an FIR
// filter of linear phase (window of Hann over 10 s, or a quarter of the recording
// where that is less; transitions of 0.5 Hz), and correlated over all samples that
// the filter does not reach beyond the ends for. A component is found when
//
//	|r - mean(r)| / sd(r) > Threshold,
//
// asked twice, the second time without those found. Of n components none can have more
// than (n-1)/√n: with 10 or fewer take a lower threshold, or Absolute. The recording is read in pieces.
// Errors: no such channel, channels of other rates, samples that are not finite, a
// recording that is too short for the band. Peer: mne ICA.find_bads_eog (whose filter is
// run twice).
func (a *ICA) FindEOG(r *Recording, o MatchOptions) (*ICAMatch, error) {
	return a.match("ICA.FindEOG", "EOG", 1, 10, r, o)
}

// FindECG finds the components of the heart as FindEOG does those of the eyes, from 8 to
// 16 Hz. Peer: mne ICA.find_bads_ecg with method correlation.
func (a *ICA) FindECG(r *Recording, o MatchOptions) (*ICAMatch, error) {
	return a.match("ICA.FindECG", "ECG", 8, 16, r, o)
}

func (a *ICA) match(call, kind string, lo, hi float64, r *Recording, o MatchOptions) (*ICAMatch, error) {
	index, err := a.in(call, r)
	if err != nil {
		return nil, err
	}
	if o.Lo == 0 && o.Hi == 0 {
		o.Lo, o.Hi = lo, hi
	}
	if o.Threshold == 0 {
		o.Threshold = 3
		if o.Absolute {
			o.Threshold = 0.9
		}
	}
	fs := r.Channels[index[0]].FS
	if !(o.Threshold > 0) || !(o.Lo > 0.25 && o.Hi > o.Lo && o.Hi+0.25 < fs/2) {
		return nil, fmt.Errorf("eeg: %s: threshold %g, from %g to %g Hz; the threshold must be above 0, and frequencies ascend between 0.25 and %g Hz", call, o.Threshold, o.Lo, o.Hi, float64(fs/2)-0.25)
	}
	if len(o.Channels) == 0 {
		if o.Channels = r.Names(kind); len(o.Channels) == 0 {
			return nil, fmt.Errorf("eeg: %s: no channel is of kind %s; name one in Channels, such as a frontal one for the eyes", call, kind)
		}
	}
	targets, err := r.index(call, o.Channels)
	if err != nil {
		return nil, err
	}
	if _, err := r.rate(call, append(append([]int(nil), index...), targets...)); err != nil {
		return nil, err
	}
	m := &ICAMatch{Channels: o.Channels, Threshold: o.Threshold, Absolute: o.Absolute, Lo: o.Lo, Hi: o.Hi}
	if m.R, err = a.correlations(call, r, o); err != nil {
		return nil, err
	}
	best := make([]float64, len(a.Unmixing))
	for k := range m.R {
		var found []int
		if o.Absolute {
			for i, v := range m.R[k] {
				if math.Abs(v) > o.Threshold {
					found = append(found, i)
				}
			}
		} else {
			found = outliers(m.R[k], o.Threshold)
		}
		m.Found = append(m.Found, found)
		for _, i := range found {
			best[i] = math.Max(best[i], math.Abs(m.R[k][i]))
		}
	}
	for i, v := range best {
		if v > 0 {
			m.Components = append(m.Components, i)
		}
	}
	sort.SliceStable(m.Components, func(i, j int) bool { return best[m.Components[i]] > best[m.Components[j]] })
	return m, nil
}

// correlations returns those of every channel with every component, filtered.
func (a *ICA) correlations(call string, r *Recording, o MatchOptions) ([][]float64, error) {
	fs := r.Channels[0].FS
	names := append([]string(nil), o.Channels...)
	for _, c := range a.Channels {
		names = append(names, c.Name)
		fs = c.FS
	}
	taps := 2*int(math.Min(5, r.Dur()/8)*fs) + 1
	filter, err := signal.NewFIR(taps, "band", "hann", fs, o.Lo-0.25, o.Hi+0.25)
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	// Targets first, then components: sums of each, of squares, and of products.
	t := len(o.Channels)
	all := t + len(a.Unmixing)
	sum, square, product := make([]float64, all), make([]float64, all), make([][]float64, t)
	for k := range product {
		product[k] = make([]float64, all)
	}
	count := 0
	var streams []*signal.FIRStream
	skip := 0 // values that a filter reaching before the segment gave
	add := func(y [][]float64) {
		from := min(skip, len(y[0]))
		skip -= from
		for i := range y {
			v := y[i][from:]
			sum[i] += vec.SumBlock(v)
			square[i] += vec.DotBlock(v, v)
			for k := range product {
				product[k][i] += vec.DotBlock(y[k][from:], v)
			}
		}
		count += len(y[0]) - from
	}
	flush := func() {
		if streams == nil {
			return
		}
		y := make([][]float64, all)
		for i, s := range streams {
			y[i] = s.Flush()
		}
		add(y)
	}
	err = r.stretches(call, 0, r.Dur(), names, func(p *Piece, first bool) error {
		if first {
			flush()
			streams, skip = make([]*signal.FIRStream, all), taps-1
			for i := range streams {
				if streams[i], err = filter.Stream(); err != nil {
					return err
				}
			}
		}
		for i, row := range p.X {
			for j, v := range row {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("eeg: %s: channel %s is %g at %g s; samples must be finite", call, names[i], v, float64(p.First[i]+j)/fs)
				}
			}
		}
		for c := range a.Mean {
			vec.AddConstBlock(p.X[t+c], p.X[t+c], -a.Mean[c])
		}
		x := append([][]float64(nil), p.X[:t]...)
		for range a.Unmixing {
			x = append(x, make([]float64, len(p.X[0])))
		}
		linalg.Apply(x[t:], a.Unmixing, p.X[t:])
		y, errs := make([][]float64, all), make([]error, all)
		linalg.Parallel(all, func(i int) { y[i], errs[i] = streams[i].Push(x[i]) })
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		add(y)
		return nil
	})
	if err != nil {
		return nil, err
	}
	flush()
	if count < 3 {
		return nil, fmt.Errorf("eeg: %s: no stretch of samples is longer than the filter (%g s); correlations need a longer recording without gaps", call, float64(taps)/fs)
	}
	n := float64(count)
	out := make([][]float64, t)
	for k := range out {
		for i := t; i < all; i++ {
			v := (product[k][i] - float64(sum[k]/n*sum[i])) /
				math.Sqrt((square[k]-float64(sum[k]/n*sum[k]))*(square[i]-float64(sum[i]/n*sum[i])))
			if math.IsNaN(v) {
				return nil, fmt.Errorf("eeg: %s: channel %s is flat from %g to %g Hz", call, o.Channels[k], o.Lo, o.Hi)
			}
			out[k] = append(out[k], v)
		}
	}
	return out, nil
}

// outliers returns which values are more than threshold standard deviations from the mean,
// asked twice, the second time without those found; divisor n.
func outliers(v []float64, threshold float64) []int {
	out := make([]bool, len(v))
	for range 2 {
		sum, n := 0.0, 0.0
		for i, x := range v {
			if !out[i] {
				sum += x
				n++
			}
		}
		squares := 0.0
		for i, x := range v {
			if !out[i] {
				squares += float64((x - sum/n) * (x - sum/n))
			}
		}
		sd := math.Sqrt(squares / n)
		for i, x := range v {
			out[i] = out[i] || math.Abs(x-sum/n)/sd > threshold
		}
	}
	var found []int
	for i, yes := range out {
		if yes {
			found = append(found, i)
		}
	}
	return found
}

// String names what was found.
func (m ICAMatch) String() string {
	what := fmt.Sprintf("z above %.3g", m.Threshold)
	if m.Absolute {
		what = fmt.Sprintf("|r| above %.3g", m.Threshold)
	}
	if len(m.Components) == 0 {
		s := fmt.Sprintf("no component stands out (%s, %.3g to %.3g Hz)", what, m.Lo, m.Hi)
		if len(m.R) > 0 && !m.Absolute {
			if n := float64(len(m.R[0])); (n-1)/math.Sqrt(n) <= m.Threshold {
				s += fmt.Sprintf("; z of %g components cannot pass %.3g: lower Threshold, or Absolute", n, (n-1)/math.Sqrt(n))
			}
		}
		return s
	}
	return fmt.Sprintf("components %v stand out (%s, %.3g to %.3g Hz)", m.Components, what, m.Lo, m.Hi)
}

// Show shows the figure of Plot.
func (m ICAMatch) Show() display.Bundle {
	b := m.Plot().Show()
	b.Data[display.TypeText] = m.String()
	return b
}

// Plot draws the correlation of each component with each channel; those found are red.
func (m ICAMatch) Plot() *figure.Figure {
	f := &figure.Figure{Width: 16, ShareX: true, Title: m.String()}
	for k, row := range m.R {
		found := map[int]bool{}
		for _, i := range m.Found[k] {
			found[i] = true
		}
		p := figure.Panel{
			X: figure.Axis{Label: "component", Min: -0.7, Max: float64(len(row)) - 0.3},
			Y: figure.Axis{Label: "r with " + m.Channels[k], Min: -1.05, Max: 1.05}, Legend: "off",
		}
		for _, yes := range []bool{false, true} {
			l := figure.Layer{Kind: figure.Stems, Color: "grey", Width: 4}
			if yes {
				l.Color = "red"
			}
			for i, v := range row {
				if found[i] == yes {
					l.X, l.Y = append(l.X, float64(i)), append(l.Y, v)
				}
			}
			if len(l.X) > 0 {
				p.Layers = append(p.Layers, l)
			}
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0}})
		f.Panels = append(f.Panels, p)
	}
	return f
}

package plot

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Channels draws many signals below each other, as a browser of recordings
// does: x[k] are the samples of channel k, in unit, fs their rate in Hz. The
// lines are apart by the same amount, four times the median of their standard
// deviations, which the label of the axis names; each is drawn about its mean.
// names label the channels, nil numbers them. Gaps (NaN) break a line. It panics
// when names are not as many or fs is not above 0.
func Channels(x [][]float64, fs float64, names []string, unit string) *Figure {
	checkChannels("Channels", x, fs, names)
	var spreads, means []float64
	for _, row := range x {
		mean, n := 0.0, 0.0
		for _, v := range row {
			if finite(v) {
				mean, n = mean+v, n+1
			}
		}
		if n > 0 {
			mean /= n
		}
		means = append(means, mean)
		ss := 0.0
		for _, v := range row {
			if finite(v) {
				ss += float64((v - mean) * (v - mean))
			}
		}
		if ss > 0 {
			spreads = append(spreads, math.Sqrt(ss/n))
		}
	}
	apart := 1.0
	if len(spreads) > 0 {
		sort.Float64s(spreads)
		apart = oneTwoFive(4 * quantile(spreads, 0.5))
	}
	p := Panel{
		X: Axis{Label: "time", Unit: "s"},
		Y: Axis{Label: fmt.Sprintf("channel, %s apart", quantity(apart, unit)), Min: -0.8, Max: math.Max(0, float64(len(x))-1) + 0.8, Flip: true},
	}
	for k, row := range x {
		l := Layer{Kind: figure.Line, Color: "black", Width: 0.6}
		for i, v := range row {
			l.X = append(l.X, float64(i)/fs)
			at := float64(k) - (v-means[k])/apart
			l.Y = append(l.Y, at)
			if finite(at) { // room for what rises over the first and falls below the last, within reason
				p.Y.Min, p.Y.Max = math.Min(p.Y.Min, math.Max(at-0.2, -3)), math.Max(p.Y.Max, math.Min(at+0.2, float64(len(x))+2))
			}
		}
		p.Layers = append(p.Layers, l)
		p.Y.Ticks = append(p.Y.Ticks, float64(k))
		if names == nil {
			p.Y.Names = append(p.Y.Names, fmt.Sprint(k))
		} else {
			p.Y.Names = append(p.Y.Names, names[k])
		}
	}
	return &Figure{Width: 16, Height: math.Max(5, math.Min(20, 2.5+float64(0.75*float64(len(x))))), Panels: []Panel{p}}
}

func checkChannels(call string, x [][]float64, fs float64, names []string) {
	if names != nil && len(names) != len(x) {
		panic(fmt.Errorf("plot: %s: x has %d channels and there are %d names; there must be as many", call, len(x), len(names)))
	}
	if !(fs > 0) || math.IsInf(fs, 0) {
		panic(fmt.Errorf("plot: %s: fs is %g Hz; it must be above 0", call, fs))
	}
}

// quantity writes a number with its unit.
func quantity(v float64, unit string) string {
	s := fmt.Sprintf("%.3g", v)
	if unit != "" {
		s += " " + unit
	}
	return s
}

// oneTwoFive returns the largest of 1, 2 and 5 times a power of ten that is not
// above v.
func oneTwoFive(v float64) float64 {
	best := 0.0
	for e, scale := -300, 1e-300; e < 300; e, scale = e+1, scale*10 {
		for _, m := range []float64{1, 2, 5} {
			if m*scale > v*(1+1e-9) {
				return math.Max(best, v*1e-3)
			}
			best = m * scale
		}
	}
	return best
}

// ERP draws an event-related potential as a butterfly, all channels over each
// other, with maps of the head above at the times at. x[k] are the samples of
// electrode names[k], in unit, averaged over trials; fs is their rate in Hz and
// t0 the time of the first sample, in ms, negative for a baseline before the
// event. The thick line is the global field power, the standard deviation over
// electrodes (Lehmann and Skrandies 1980). Without at, the maps are those of its
// three largest peaks.
//
// Errors are those of [Topomap], channels of unequal length, no samples, and
// times outside of the samples or more than 6.
func ERP(x [][]float64, fs, t0 float64, names []string, unit string, at ...float64) (*Figure, error) {
	if !(fs > 0) || math.IsInf(fs, 0) || math.IsNaN(t0) || math.IsInf(t0, 0) {
		return nil, fmt.Errorf("plot: ERP: fs is %g Hz and t0 %g ms; fs must be above 0 and both finite", fs, t0)
	}
	if len(x) == 0 || len(x) != len(names) || len(x[0]) == 0 {
		return nil, fmt.Errorf("plot: ERP: x has %d channels and there are %d names; there must be as many, with samples", len(x), len(names))
	}
	n := len(x[0])
	time := make([]float64, n)
	for i := range time {
		time[i] = t0 + float64(float64(i)*1000)/fs
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	var layers []Layer
	for k, row := range x {
		if len(row) != n {
			return nil, fmt.Errorf("plot: ERP: x[%d] has %d samples and x[0] %d; all must be as long", k, len(row), n)
		}
		for _, v := range row {
			if finite(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		layers = append(layers, Layer{Kind: figure.Line, X: time, Y: row, Color: "grey", Width: 0.6, Alpha: 0.7})
	}
	power := make([]float64, n)
	for i := range power {
		mean, ss := 0.0, 0.0
		for k := range x {
			mean += x[k][i] / float64(len(x))
		}
		for k := range x {
			ss += float64((x[k][i] - mean) * (x[k][i] - mean))
		}
		power[i] = math.Sqrt(ss / float64(len(x)))
	}
	if len(at) == 0 {
		at = peaks(time, power, 3)
	}
	if len(at) > 6 {
		return nil, fmt.Errorf("plot: ERP: %d times; at most 6 maps have room", len(at))
	}
	if lo > hi {
		lo, hi = 0, 1
	}
	if !finite(float64(2 * (hi - lo))) {
		return nil, fmt.Errorf("plot: ERP: x reaches from %g to %g; twice their difference must be finite", lo, hi)
	}
	// The maps have the upper two fifths of the panel.
	f := &Figure{Width: 16, Height: 11}
	p := Panel{X: Axis{Label: "time", Unit: "ms", Min: time[0], Max: time[n-1]}, Y: Axis{Label: "potential", Unit: unit}, Legend: "lower right"}
	span := math.Max(hi-lo, 1e-12)
	p.Y.Min, p.Y.Max = lo-float64(0.05*span), hi+float64(0.75*span)
	p.Y.Ticks = ticksWithin(lo, hi)
	p.Layers = append(layers, Layer{Kind: figure.Line, Name: "global field power", X: time, Y: power, Color: "blue", Width: 1.6})
	p.Layers = append(p.Layers, Layer{Kind: figure.HLine, Y: []float64{0}}, Layer{Kind: figure.VLine, X: []float64{0}, Dash: true})
	width := math.Min(0.3, 0.96/float64(max(len(at), 1)))
	largest := 0.0
	for j, t := range at {
		i := int(math.Round((t - t0) * fs / 1000))
		if math.IsNaN(t) || i < 0 || i >= n {
			return nil, fmt.Errorf("plot: ERP: at[%d] is %g ms; the samples reach from %g to %g ms", j, t, time[0], time[n-1])
		}
		values := make([]float64, len(x))
		for k := range x {
			values[k] = x[k][i]
		}
		m, err := topography("ERP", names, values, unit)
		if err != nil {
			return nil, err
		}
		m.Title = fmt.Sprintf("%.4g ms", time[i])
		m.NoColorBar = true
		m.Layers[0].Map = "RdBu_r"
		m.Layers[len(m.Layers)-1].Size = 1.2 // the electrodes
		largest = math.Max(largest, math.Max(m.Layers[0].Hi, math.Abs(m.Layers[0].Lo)))
		left := (float64(j) + 0.5) / float64(len(at))
		p.Insets = append(p.Insets, figure.Inset{Left: left - float64(width/2), Right: left + float64(width/2), Bottom: 0.6, Top: 0.97, Panel: m})
		p.Layers = append(p.Layers, Layer{Kind: figure.Line, X: []float64{time[i], time[i], time[0] + float64(left*(time[n-1]-time[0]))},
			Y: []float64{power[i], hi, hi + float64(0.05*span)}, Color: "orange", Width: 0.8})
	}
	// One scale for all maps.
	for j := range p.Insets {
		if l := &p.Insets[j].Panel.Layers[0]; largest > 0 {
			l.Lo, l.Hi = -largest, largest
		}
	}
	if largest > 0 {
		p.Title = fmt.Sprintf("maps from −%s (blue) to %s (red)", quantity(largest, unit), quantity(largest, unit))
	}
	f.Panels = []Panel{p}
	return f, nil
}

// peaks returns the times of the n largest local maxima, ascending.
func peaks(t, y []float64, n int) []float64 {
	var at []int
	for i := 1; i+1 < len(y); i++ {
		if y[i] > y[i-1] && y[i] >= y[i+1] {
			at = append(at, i)
		}
	}
	sort.SliceStable(at, func(a, b int) bool { return y[at[a]] > y[at[b]] })
	at = at[:min(n, len(at))]
	sort.Ints(at)
	var out []float64
	for _, i := range at {
		out = append(out, t[i])
	}
	return out
}

// ticksWithin returns round values from lo to hi.
func ticksWithin(lo, hi float64) []float64 {
	step := oneTwoFive((hi - lo) / 3)
	var at []float64
	for k := math.Ceil(lo / step); k*step <= hi && len(at) < 20; k++ {
		at = append(at, float64(k*step)+0) // 0 rather than -0
	}
	return at
}

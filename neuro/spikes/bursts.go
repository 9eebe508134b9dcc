package spikes

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// BurstOptions say what a burst is. The zero value of a field means its default.
type BurstOptions struct {
	// Method is "max-interval" (also ""), "log-isi", "poisson-surprise" or
	// "rank-surprise".
	Method string
	// MinSpikes is the fewest spikes of a burst; 0 is 3.
	MinSpikes int

	// Of "max-interval": a burst begins with an interval up to StartISI (0: 170 ms) and
	// goes on while intervals are up to EndISI (0: 300 ms); bursts less than Gap (0: 200
	// ms) apart are one; bursts shorter than MinDuration (0: 10 ms) are none, a
	// negative one keeps all.
	StartISI, EndISI, Gap, MinDuration float64 `unit:"ms"`

	// Void, of "log-isi", is how deep the valley between short and long intervals must
	// be to part them, from 0 to 1; 0 is 0.7.
	Void float64
	// MaxISI, of "log-isi", is the longest interval that a burst may begin with, ms; 0 is 100 ms.
	MaxISI float64 `unit:"ms"`

	// Surprise is the least surprise of a burst, -log P; 0 is 10 for
	// "poisson-surprise" and -log 0.01 = 4.6 for "rank-surprise".
	Surprise float64
}

// NewBursts returns the usual options: the max-interval method with 170, 300, 200
// and 10 ms and 3 spikes.
func NewBursts() BurstOptions {
	return BurstOptions{Method: "max-interval", MinSpikes: 3, StartISI: 170, EndISI: 300, Gap: 200, MinDuration: 10}
}

// A Burst is a run of spikes that follow each other closely.
type Burst struct {
	First, Last int     // indices of its first and last spike
	Start, End  float64 `unit:"ms"` // their times, ms
	Surprise    float64 // -log P; NaN where the method has none
}

// Spikes returns how many spikes the burst has.
func (b Burst) Spikes() int { return b.Last - b.First + 1 }

// Rate returns the rate within the burst, Hz: its intervals over their sum.
func (b Burst) Rate() float64 { return float64(b.Last-b.First) * 1000 / (b.End - b.Start) }

// Bursts are those of one train.
type Bursts struct {
	Bursts []Burst
	Train  neuro.Spikes
	Method string
	// Threshold is the interval that parts bursts from the rest, ms, where the method
	// found one ("log-isi"); else NaN.
	Threshold float64 `unit:"ms"`
}

// FindBursts returns the bursts of a train. Methods:
//
//	"max-interval"      five fixed limits (see BurstOptions). Source: NeuroExplorer;
//	                    Cotterill, Charlesworth, Thomas, Paulsen and Eglen 2016,
//	                    J. Neurophysiol. 116:306, by whom it and "log-isi" did better
//	                    than six others.
//	"log-isi"           the limit is the valley of the histogram of log intervals (bins of
//	                    0.1 decades, smoothed) after its highest peak within MaxISI, where a valley is deeper than
//	                    Void: 1 - valley/√(peak peak). Where the limit is longer
//	                    than MaxISI, bursts hold an interval up to MaxISI
//	                    and go on up to the limit. Without a valley there are no bursts.
//	                    Source: Pasquale, Martinoia and Chiappalone 2010, J. Comput. Neurosci. 29:213.
//	"poisson-surprise"  runs of spikes that a Poisson process of the mean rate r would hardly
//	                    make: S = -log Σ_{i>=n} e^{-rT} (rT)^i/i!, for n intervals in T. A
//	                    run begins with two intervals below half of the mean, ends where S is
//	                    largest (sought until an interval is above twice the mean, or ten
//	                    spikes raised nothing), and then loses spikes at its start where
//	                    that raises S.
//	                    Source: Legendy and Salcman 1985, J. Neurophysiol. 53:926.
//	"rank-surprise"     the same with ranks of intervals in place of their lengths, so that
//	                    no distribution is supposed: S = -log P(sum of n uniform ranks <=
//	                    that of the run), maximised over all runs of intervals below the
//	                    upper quartile. Source: Gourevitch and Eggermont 2007, J. Neurosci. Methods 160:349.
//
// A train with too few spikes has no bursts. Errors: spikes that are not finite and ascending,
// an unknown method, limits that are negative. Checked on planted bursts and against
// the formulas by hand.
func FindBursts(s neuro.Spikes, o BurstOptions) (*Bursts, error) {
	const call = "FindBursts"
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	if o.MinSpikes == 0 {
		o.MinSpikes = 3
	}
	if o.MinSpikes < 2 {
		return nil, fmt.Errorf("spikes: %s: MinSpikes is %d; it must be 2 or more (0: 3)", call, o.MinSpikes)
	}
	for _, v := range []struct {
		name    string
		p       *float64
		instead float64
	}{
		{"StartISI", &o.StartISI, 170}, {"EndISI", &o.EndISI, 300}, {"Gap", &o.Gap, 200},
		{"MinDuration", &o.MinDuration, 10}, {"MaxISI", &o.MaxISI, 100}, {"Void", &o.Void, 0.7},
	} {
		if *v.p == 0 {
			*v.p = v.instead
		}
		if !(*v.p >= 0) && v.name != "MinDuration" || math.IsNaN(*v.p) {
			return nil, fmt.Errorf("spikes: %s: %s is %g; it must be 0 or more (0: %g)", call, v.name, *v.p, v.instead)
		}
	}
	if !(o.Surprise >= 0) {
		return nil, fmt.Errorf("spikes: %s: Surprise is %g; it must be 0 or more (0: the method's)", call, o.Surprise)
	}
	b := &Bursts{Train: s, Method: o.Method, Threshold: math.NaN(), Bursts: []Burst{}}
	task := display.Start("spikes."+call, "spikes", len(s))
	defer task.End()
	var runs []Burst
	switch o.Method {
	case "", "max-interval":
		b.Method = "max-interval"
		runs = maxInterval(s, o)
	case "log-isi":
		b.Threshold = valley(ISI(s), o.MaxISI, o.Void)
		switch {
		case math.IsNaN(b.Threshold):
		case b.Threshold <= o.MaxISI:
			runs = runsBelow(s, b.Threshold, b.Threshold)
		default:
			runs = runsBelow(s, o.MaxISI, b.Threshold)
		}
	case "poisson-surprise":
		if o.Surprise == 0 {
			o.Surprise = 10
		}
		runs = poissonSurprise(s, o.Surprise, task)
	case "rank-surprise":
		if o.Surprise == 0 {
			o.Surprise = -vec.Log(0.01)
		}
		runs = rankSurprise(s, o.Surprise, o.MinSpikes, task)
	default:
		return nil, fmt.Errorf("spikes: %s: Method %q is not known; allowed are max-interval, log-isi, poisson-surprise, rank-surprise", call, o.Method)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for _, r := range runs {
		if r.Spikes() >= o.MinSpikes {
			r.Start, r.End = s[r.First], s[r.Last]
			b.Bursts = append(b.Bursts, r)
		}
	}
	return b, nil
}

// runsBelow returns the runs of intervals up to end of which one or more is up to start.
func runsBelow(s neuro.Spikes, start, end float64) []Burst {
	var out []Burst
	for i := 0; i+1 < len(s); {
		if s[i+1]-s[i] > end {
			i++
			continue
		}
		j, begins := i, false
		for j+1 < len(s) && s[j+1]-s[j] <= end {
			begins = begins || s[j+1]-s[j] <= start
			j++
		}
		if begins {
			out = append(out, Burst{First: i, Last: j, Surprise: math.NaN()})
		}
		i = j
	}
	return out
}

func maxInterval(s neuro.Spikes, o BurstOptions) []Burst {
	var runs []Burst
	for i := 0; i+1 < len(s); {
		if s[i+1]-s[i] > o.StartISI {
			i++
			continue
		}
		j := i + 1
		for j+1 < len(s) && s[j+1]-s[j] <= o.EndISI {
			j++
		}
		if n := len(runs); n > 0 && s[i]-s[runs[n-1].Last] < o.Gap {
			runs[n-1].Last = j
		} else {
			runs = append(runs, Burst{First: i, Last: j, Surprise: math.NaN()})
		}
		i = j
	}
	long := runs[:0]
	for _, r := range runs {
		if s[r.Last]-s[r.First] >= o.MinDuration {
			long = append(long, r)
		}
	}
	return long
}

// valley returns the interval at the valley of the histogram of log intervals, NaN for
// none.
func valley(isi []float64, maxISI, void float64) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, d := range isi {
		if d > 0 {
			lo, hi = math.Min(lo, d), math.Max(hi, d)
		}
	}
	if !(hi > lo) {
		return math.NaN()
	}
	const perDecade = 10
	first := math.Floor(vec.Log10(lo) * perDecade)
	n := int(math.Floor(vec.Log10(hi)*perDecade)-first) + 1
	raw := make([]float64, n)
	for _, d := range isi {
		if d > 0 {
			raw[min(max(int(math.Floor(vec.Log10(d)*perDecade)-first), 0), n-1)]++
		}
	}
	h := lowess(raw)
	middle := func(i int) float64 { return vec.Pow(10, (first+float64(i)+0.5)/perDecade) }
	var peaks []int
	for i, v := range h {
		if v > 0 && (i == 0 || v > h[i-1]) && (i == n-1 || v >= h[i+1]) {
			peaks = append(peaks, i)
		}
	}
	inner := -1
	for k, p := range peaks {
		if middle(p) <= maxISI && (inner < 0 || h[p] > h[peaks[inner]]) {
			inner = k
		}
	}
	if inner < 0 {
		return math.NaN()
	}
	p := peaks[inner]
	for _, q := range peaks[inner+1:] {
		low := p
		for i := p; i <= q; i++ {
			if h[i] < h[low] {
				low = i
			}
		}
		if 1-h[low]/math.Sqrt(h[p]*h[q]) >= void {
			return middle(low)
		}
	}
	return math.NaN()
}

// lowess returns y smoothed by lines through five neighbours, near ones weighing more
// (tricube); what falls below 0 is 0.
func lowess(y []float64) []float64 {
	out := make([]float64, len(y))
	for i := range y {
		var w, wx, wy, wxx, wxy float64
		for j := max(0, i-2); j <= min(len(y)-1, i+2); j++ {
			x := float64(j - i)
			u := math.Abs(x) / 3
			t := 1 - float64(u*u*u)
			a := float64(t * t * t)
			w += a
			wx += float64(a * x)
			wy += float64(a * y[j])
			wxx += float64(a * x * x)
			wxy += float64(a * x * y[j])
		}
		d := float64(w*wxx) - float64(wx*wx)
		out[i] = wy / w
		if d > 1e-9 {
			out[i] = (float64(wxx*wy) - float64(wx*wxy)) / d
		}
		out[i] = math.Max(out[i], 0)
	}
	return out
}

// surprise returns -log P(n or more events where mean are expected).
func surprise(n int, mean float64) float64 {
	if n == 0 {
		return 0
	}
	if !(mean > 0) {
		return math.Inf(1)
	}
	// Sum of terms from n on, as parts of the first.
	lg, _ := vec.Lgamma(float64(n) + 1)
	first := float64(float64(n)*vec.Log(mean)) - mean - lg
	if float64(n) < mean { // the head is shorter than the tail: 1 - P(fewer)
		sum, term := 0.0, 1.0
		for i := n - 1; i >= 0; i-- {
			term = float64(term * (float64(i+1) / mean))
			sum += term
			if term < 1e-17*sum {
				break
			}
		}
		return -vec.Log1p(-math.Min(vec.Exp(first+vec.Log(sum)), 1))
	}
	sum, term := 1.0, 1.0
	for i := n + 1; term > 1e-17*sum; i++ {
		term = float64(term * (mean / float64(i)))
		sum += term
	}
	return -(first + vec.Log(sum))
}

func poissonSurprise(s neuro.Spikes, least float64, task *display.Counter) []Burst {
	n := len(s)
	if n < 3 || !(s[n-1] > s[0]) {
		return nil
	}
	rate := float64(n-1) / (s[n-1] - s[0])
	of := func(i, j int) float64 { return surprise(j-i, rate*(s[j]-s[i])) }
	short := 0.5 / rate
	var out []Burst
	for i := 0; i+2 < n && task.Err() == nil; {
		if s[i+1]-s[i] >= short || s[i+2]-s[i+1] >= short {
			i++
			continue
		}
		j := i + 2
		best, end := of(i, j), j
		// Up to ten spikes that do not help may come before one that does.
		for k := j + 1; k < n && k-end <= 10 && s[k]-s[k-1] <= 2/rate && task.Err() == nil; k++ {
			if v := of(i, k); v > best {
				best, end = v, k
			}
		}
		start := i
		for k := i + 1; k <= end-2 && task.Err() == nil; k++ {
			if v := of(k, end); v > best {
				best, start = v, k
			}
		}
		if best >= least {
			out = append(out, Burst{First: start, Last: end, Surprise: best})
			i = end
			continue
		}
		i++
	}
	return out
}

// rankTail returns P(sum of q uniform ranks from 1 to n <= u).
func rankTail(q int, u, n float64) float64 {
	if q > 30 { // near a normal distribution
		mean := float64(float64(q) * (n + 1) / 2)
		sd := math.Sqrt(float64(q) * (float64(n*n) - 1) / 12)
		return vec.NormCDF((u + 0.5 - mean) / sd)
	}
	// Inclusion and exclusion, a term for each rank above n.
	u = math.Floor(u)
	sum := 0.0
	choose := 1.0
	for k := 0; float64(float64(k)*n)+float64(q) <= u; k++ {
		// choose(u - k n, q) / n^q
		term := choose
		for i := range q {
			term *= (u - float64(float64(k)*n) - float64(i)) / float64(float64(i+1)*n)
		}
		if k%2 == 1 {
			term = -term
		}
		sum += term
		choose = choose * float64(q-k) / float64(k+1)
	}
	return math.Min(math.Max(sum, 0), 1)
}

func rankSurprise(s neuro.Spikes, least float64, fewest int, task *display.Counter) []Burst {
	isi := ISI(s)
	n := len(isi)
	if n < 2 {
		return nil
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(isi[a], isi[b]), a-b) })
	rank := make([]float64, n)
	for i := 0; i < n; {
		j := i
		for j+1 < n && isi[order[j+1]] == isi[order[i]] {
			j++
		}
		for k := i; k <= j; k++ { // equal intervals share their mean rank
			rank[order[k]] = float64(float64(i+j)/2) + 1
		}
		i = j + 1
	}
	limit := isi[order[int(math.Ceil(0.75*float64(n)))-1]]
	total := make([]float64, n+1)
	for i, r := range rank {
		total[i+1] = total[i] + r
	}
	var out []Burst
	// search finds the best run of intervals from i up to j, and those beside it.
	var search func(i, j int)
	search = func(i, j int) {
		if j-i < fewest-1 || task.Err() != nil {
			return
		}
		best, from, to := -1.0, 0, 0
		for a := i; a < j; a++ {
			if task.Err() != nil {
				return
			}
			for b := a + fewest - 1; b <= j; b++ {
				v := -vec.Log(math.Max(rankTail(b-a, total[b]-total[a], float64(n)), 1e-300))
				if v > best {
					best, from, to = v, a, b
				}
			}
		}
		if best < least {
			return
		}
		search(i, from)
		out = append(out, Burst{First: from, Last: to, Surprise: best})
		search(to, j)
	}
	for i := 0; i < n; {
		if isi[i] > limit {
			i++
			continue
		}
		j := i
		for j < n && isi[j] <= limit {
			j++
		}
		search(i, j)
		i = j
	}
	return out
}

// Table returns the bursts in rows.
func (b Bursts) Table() table.Table {
	start, end := table.Col{Name: "start", Unit: "ms"}, table.Col{Name: "end", Unit: "ms"}
	n, rate, s := table.Col{Name: "spikes"}, table.Col{Name: "rate", Unit: "Hz"}, table.Col{Name: "surprise"}
	for _, r := range b.Bursts {
		start.Num, end.Num = append(start.Num, r.Start), append(end.Num, r.End)
		n.Num, rate.Num, s.Num = append(n.Num, float64(r.Spikes())), append(rate.Num, r.Rate()), append(s.Num, r.Surprise)
	}
	t := table.Table{Cols: []table.Col{start, end, n, rate}}
	if b.Method == "poisson-surprise" || b.Method == "rank-surprise" {
		t.Cols = append(t.Cols, s)
	}
	return t
}

// Share returns the share of spikes that are in bursts; NaN for a train without spikes.
func (b Bursts) Share() float64 {
	n := 0
	for _, r := range b.Bursts {
		n += r.Spikes()
	}
	return float64(n) / float64(len(b.Train))
}

// Show draws the figure of Plot.
func (b Bursts) Show() display.Bundle { return b.Plot().Show() }

// Plot returns the train with its bursts as bands, and the intervals over time below
// it.
func (b Bursts) Plot() *figure.Figure {
	raster := neuro.RasterFigure(neuro.Raster{Trains: []neuro.Spikes{b.Train}}).Panels[0]
	raster.Title = fmt.Sprintf("%s: %s, %.0f %% of %s", b.Method, spell.Count(len(b.Bursts), "burst"), 100*b.Share(), spell.Count(len(b.Train), "spike"))
	var bands []figure.Layer
	for _, r := range b.Bursts {
		bands = append(bands, figure.Layer{Kind: figure.VSpan, X: []float64{r.Start, r.End}, Color: "orange"})
	}
	raster.Layers = append(bands, raster.Layers...)
	isi := figure.Panel{
		X: figure.Axis{Label: "time", Unit: "ms"},
		Y: figure.Axis{Label: "interval", Unit: "ms", Log: true},
	}
	points := figure.Layer{Kind: figure.Points, Size: 2.5}
	if len(b.Train) > 1 {
		points.X, points.Y = b.Train[1:], ISI(b.Train)
	}
	isi.Layers = append(append([]figure.Layer{}, bands...), points)
	if b.Threshold > 0 {
		isi.Layers = append(isi.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{b.Threshold}, Dash: true})
	}
	return &figure.Figure{ShareX: true, Height: 8, Heights: []float64{1, 2}, Panels: []figure.Panel{raster, isi}}
}

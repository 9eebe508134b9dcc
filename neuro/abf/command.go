package abf

import (
	"math"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An Output is the command of one digital-analog converter.
type Output struct {
	Name, Unit string
	Source     string  // "epochs", "file" (a stimulus file, see File), "unread" (ABF1 before 1.6), or "" when only the holding level was held
	File       string  // path of the stimulus file, as it was on the recording computer
	Holding    float64 // before and after epochs, in Unit
	Stays      bool    // after its epochs, and before those of the next sweep, the last level stays
	Epochs     []Epoch
}

// An Epoch is a part of a command. Sweep k has the level Level + k LevelStep and
// the length Len + k LenStep. The level before it is that of the epoch in front.
//
//	step      the level
//	ramp      from the level before to the level
//	pulse     Width samples of the level, Period samples apart, on the level before
//	triangle  up to the level within Width samples, back within the rest of the Period
//	cosine    from the level before to the level and back within a Period
//	biphasic  half of Width by as much above the level before as the level is, half below
//
// Trains have as many periods as the epoch has room for.
type Epoch struct {
	Kind             string // one of these, or the number of another kind, whose level is held
	Level, LevelStep float64
	Len, LenStep     int // samples
	Period, Width    int // of trains, samples
}

// source tells where the command of an output comes from.
func source(enabled, from int) string {
	switch {
	case enabled == 0 || from == 0:
		return ""
	case from == 1:
		return "epochs"
	case from == 2:
		return "file"
	}
	return "unread"
}

var kinds = map[int]string{1: "step", 2: "ramp", 3: "pulse", 4: "triangle", 5: "cosine", 7: "biphasic"}

func kind(n int) string {
	if k, ok := kinds[n]; ok {
		return k
	}
	return strconv.Itoa(n)
}

// A part is an epoch of one sweep, in samples of the sweep.
type part struct {
	Epoch
	at, n         int
	level, before float64
}

// parts returns the epochs of a sweep, with the level in front of and behind them.
func (r *Recording) parts(output, sweep int) (parts []part, first, last float64) {
	o := r.Outputs[output]
	levels := func(sweep int) (end float64) {
		end = o.Holding
		for _, e := range o.Epochs {
			end = e.Level + float64(float64(sweep)*e.LevelStep)
		}
		return end
	}
	first, last = o.Holding, o.Holding
	if o.Stays {
		last = levels(sweep)
		if sweep > 0 {
			first = levels(sweep - 1)
		}
	}
	at, before := len(r.Channels[0].Sweeps[sweep])/64, first
	for _, e := range o.Epochs {
		p := part{Epoch: e, at: at, n: max(e.Len+sweep*e.LenStep, 0), level: e.Level + float64(float64(sweep)*e.LevelStep), before: before}
		parts = append(parts, p)
		at, before = at+p.n, p.level
	}
	return parts, first, last
}

// Command returns what an output commanded during a sweep, as long as the sweep:
// the holding level for the first 64th of the sweep, the epochs, and the holding
// level again, as pClamp makes it and pyABF rebuilds it. What is not read, the command
// of a stimulus file, is NaN. It panics when there is no such output or sweep.
func (r *Recording) Command(output, sweep int) neuro.Trace {
	o := r.Outputs[output]
	y := make([]float64, len(r.Channels[0].Sweeps[sweep]))
	parts, first, last := r.parts(output, sweep)
	level := first
	if o.Source == "file" || o.Source == "unread" {
		level, last = math.NaN(), math.NaN()
	}
	fill := func(from, to int, x float64) {
		for k := max(from, 0); k < min(to, len(y)); k++ {
			y[k] = x
		}
	}
	fill(0, len(y), last)
	fill(0, len(y)/64, level)
	for _, p := range parts {
		if p.at >= len(y) {
			break
		}
		p.fill(y)
	}
	return neuro.Trace{Name: o.Name, Unit: o.Unit, Dt: 1000 / r.FS, Y: y}
}

// fill writes the command of an epoch.
func (p part) fill(y []float64) {
	end := min(p.n, len(y)-p.at)
	put := func(k int, x float64) {
		if k < end {
			y[p.at+k] = x
		}
	}
	count := 0
	if p.Period > 0 {
		count = p.n / p.Period
	}
	height := p.level - p.before
	switch p.Kind {
	case "ramp":
		for k := range end {
			put(k, between(p.before, p.level, k, p.n))
		}
		return
	case "cosine":
		for k := range end {
			turn := between(0, float64(count), k, p.n)
			put(k, p.before+float64(0.5*height)-float64(0.5*height*vec.Cos(2*math.Pi*(turn-math.Floor(turn)))))
		}
		return
	case "pulse", "triangle", "biphasic":
		for k := range end {
			put(k, p.before)
		}
	default:
		for k := range end {
			put(k, p.level)
		}
		return
	}
	for c := 0; c < count && c*p.Period < end; c++ {
		at := c * p.Period
		width, rest := p.Width, min(p.Period, end-at)
		shown := end - at // of a pulse; the next one begins where the period ends
		if c+1 < count {
			shown = rest
		}
		switch p.Kind {
		case "pulse":
			for k := range min(width, shown) {
				put(at+k, p.level)
			}
		case "triangle":
			width = min(max(width, 0), p.Period)
			for k := range min(width, rest) {
				put(at+k, between(p.before, p.level, k, width))
			}
			for k := width; k < rest; k++ {
				put(at+k, between(p.level, p.before, k-width, p.Period-width))
			}
		case "biphasic":
			half := (at+at+width)/2 - at
			for k := range min(width, shown) {
				put(at+k, p.before+height)
				if k >= half {
					put(at+k, p.before-height)
				}
			}
		}
	}
}

// between returns value k of n from a to b, both ends among them.
func between(a, b float64, k, n int) float64 {
	if n < 2 {
		return a
	}
	if k == n-1 {
		return b
	}
	return a + float64(float64(k)*((b-a)/float64(n-1)))
}

// Step returns the epoch of an output whose level changes from sweep to sweep,
// as its level in a sweep and the times (ms) at which it begins and ends. ok is
// false when there is none.
func (r *Recording) Step(output, sweep int) (level, on, off float64, ok bool) {
	if output >= len(r.Outputs) || sweep >= r.Sweeps() {
		return 0, 0, 0, false
	}
	parts, _, _ := r.parts(output, sweep)
	for _, p := range parts {
		if p.LevelStep != 0 {
			return p.level, float64(p.at) * 1000 / r.FS, float64(p.at+p.n) * 1000 / r.FS, true
		}
	}
	return 0, 0, 0, false
}

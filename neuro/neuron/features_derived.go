package neuron

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A shape is what further features of a spike are computed from: the sample numbers of
// its end and of the first minimum after it, and its steepest slopes.
type shape struct {
	spike
	end      int // where dV/dt is above -12 mV/ms again, -1 without
	ahp      int
	above    int     // first sample above -20 mV
	below    int     // first sample that is not any more
	upstroke float64 // largest dV/dt from begin to peak, mV/ms
	downward float64 // most negative dV/dt from peak to ahp, mV/ms
}

// slopeAt returns dV/dt at a sample by central differences, mV/ms.
func slopeAt(v neuro.Trace, k int) float64 {
	if k < 1 || k+1 >= len(v.Y) {
		return 0
	}
	return (v.Y[k+1] - v.Y[k-1]) / (2 * v.Dt)
}

// firstMinimum returns the first sample from a up to b that the two after it do not go
// below.
func firstMinimum(v neuro.Trace, a, b int) int {
	at, above := a, 0
	for k := a + 1; k < b; k++ {
		if v.Y[k] >= v.Y[at] {
			if above++; above == 2 {
				return at
			}
		} else {
			at, above = k, 0
		}
	}
	return at
}

// crossing returns the time, interpolated, at which the trace first falls to a level
// from a sample on, in the direction of step, NaN where it does not before the end.
func crossing(v neuro.Trace, level float64, from, end, step int) float64 {
	for k := from; k != end && k >= 0 && k+step >= 0 && k+step < len(v.Y); k += step {
		if a, b := v.Y[k], v.Y[k+step]; a >= level && b < level {
			return v.At(k) + float64(float64(step)*v.Dt*((a-level)/(a-b)))
		}
	}
	return math.NaN()
}

func shapes(v neuro.Trace, s []spike) []shape {
	out := make([]shape, len(s))
	for i, p := range s {
		next := len(v.Y)
		if i+1 < len(s) {
			next = s[i+1].peak
		}
		x := shape{spike: p, end: -1, ahp: firstMinimum(v, p.peak, next)}
		for x.above = p.peak; x.above > 0 && v.Y[x.above-1] > spikeLevel; {
			x.above--
		}
		for x.below = p.peak; x.below < len(v.Y)-1 && v.Y[x.below] > spikeLevel; {
			x.below++
		}
		steepest := p.peak
		for k := p.peak; k <= x.ahp; k++ {
			if d := slopeAt(v, k); d < x.downward {
				x.downward, steepest = d, k
			}
		}
		for k := steepest; k < next; k++ {
			if slopeAt(v, k) >= -12 {
				x.end = k
				break
			}
		}
		for k := max(p.begin, 1); p.begin >= 0 && k <= p.peak; k++ {
			x.upstroke = math.Max(x.upstroke, slopeAt(v, k))
		}
		out[i] = x
	}
	return out
}

// derived measures what follows from the spikes, their shapes and the base.
func (f *Features) derived(v neuro.Trace, s []spike, off float64, add func(string, ...float64)) {
	at := func(name string) float64 { // the only value of a feature, NaN without
		if x := f.Get(name); len(x) > 0 {
			return x[0]
		}
		return math.NaN()
	}
	list := map[string][]float64{}
	var order []string
	put := func(name string, x ...float64) {
		if list[name] == nil {
			order = append(order, name)
		}
		list[name] = append(list[name], x...)
	}
	base := at("voltage_base")
	whole := true // every spike has a begin and an end
	sh := shapes(v, s)
	for i, p := range sh {
		whole = whole && p.begin >= 0 && p.end >= 0
		peak, ahp := v.Y[p.peak], v.Y[p.ahp]
		put("AP_amplitude_from_voltagebase", peak-base)
		put("min_AHP_values", ahp)
		put("AHP_depth_abs", ahp)
		put("AHP_depth", ahp-base)
		put("AHP_depth_from_peak", peak-ahp)
		put("AHP_time_from_peak", v.At(p.ahp)-p.time)
		put("AP_peak_downstroke", p.downward)
		put("AP_width", v.Dt*float64(p.below-p.above))
		half := float64(0.5 * (peak + ahp))
		if w := crossing(v, half, p.peak, len(v.Y), 1) - crossing(v, half, p.peak, -1, -1); !math.IsNaN(w) {
			put("spike_half_width", w)
		}
		if i > 0 {
			put("AHP_depth_diff", ahp-v.Y[sh[i-1].ahp])
		}
		if i > 0 && i+1 < len(sh) {
			slow := lowest(v, p.peak+int(math.Round(5/v.Dt)), sh[i+1].peak)
			put("AHP_depth_abs_slow", v.Y[slow])
			put("AHP_depth_slow", v.Y[slow]-base)
			put("AHP_slow_time", (v.At(slow)-p.time)/(sh[i+1].time-p.time))
		}
	}
	if whole && len(sh) > 0 {
		for i, p := range sh {
			peak, begin := v.Y[p.peak], v.Y[p.begin]
			rise, fall := v.At(p.peak)-v.At(p.begin), v.At(p.end)-v.At(p.peak)
			put("AP_rise_time", rise)
			put("AP_rise_rate", (peak-begin)/rise)
			put("AP_fall_time", fall)
			put("AP_fall_rate", (v.Y[p.end]-peak)/fall)
			put("AP_duration", v.At(p.end)-v.At(p.begin))
			put("AP_peak_upstroke", p.upstroke)
			back := p.peak
			for back < p.ahp && v.Y[back] >= begin {
				back++
			}
			put("AP_begin_width", v.Dt*float64(back-p.begin))
			if i+1 < len(sh) {
				put("fast_AHP", begin-v.Y[p.ahp])
				put("depolarized_base", mean(v, v.At(p.end), v.At(sh[i+1].begin))...)
			}
		}
	}
	for _, name := range order {
		add(name, list[name]...)
	}
	f.changes(add)
	f.numbered(add)
	f.slopes(add)
	add("maximum_voltage_from_voltagebase", at("maximum_voltage")-base)
	ss := at("steady_state_voltage_stimend")
	add("voltage_deflection_vb_ssse", ss-base)
	add("sag_ratio2", (base-ss)/(base-at("minimum_voltage")))
	end := v.At(len(v.Y))
	if m := mean(v, off+float64(0.25*(end-off)), off+float64(0.75*(end-off))); m != nil {
		add("voltage_after_stim", m...)
	}
}

// changes adds how features go from spike to spike.
func (f *Features) changes(add func(string, ...float64)) {
	for _, of := range [][2]string{
		{"AP_amplitude_change", "AP_amplitude"}, {"AP_duration_change", "AP_duration"}, {"AP_duration_half_width_change", "AP_duration_half_width"},
		{"AP_rise_rate_change", "AP_rise_rate"}, {"AP_fall_rate_change", "AP_fall_rate"}, {"fast_AHP_change", "fast_AHP"},
	} {
		x := f.Get(of[1])
		var y []float64
		for i := 1; i < len(x); i++ {
			y = append(y, (x[i]-x[0])/x[0])
		}
		add(of[0], y...)
	}
	var diff []float64
	amp := f.Get("AP_amplitude")
	for i := 1; i < len(amp); i++ {
		diff = append(diff, amp[i]-amp[i-1])
	}
	add("AP_amplitude_diff", diff...)
}

// numbered adds features of single spikes and intervals, where there are as many.
func (f *Features) numbered(add func(string, ...float64)) {
	for _, of := range []struct {
		name, from string
		number     int
	}{
		{"AP1_amp", "AP_amplitude", 0}, {"AP2_amp", "AP_amplitude", 1}, {"AP1_peak", "peak_voltage", 0}, {"AP2_peak", "peak_voltage", 1},
		{"AP1_begin_voltage", "AP_begin_voltage", 0}, {"AP2_begin_voltage", "AP_begin_voltage", 1},
		{"AP1_begin_width", "AP_begin_width", 0}, {"AP2_begin_width", "AP_begin_width", 1},
		{"AP1_width", "spike_half_width", 0}, {"AP2_width", "spike_half_width", 1},
		{"AHP1_depth_from_peak", "AHP_depth_from_peak", 0}, {"AHP2_depth_from_peak", "AHP_depth_from_peak", 1},
	} {
		if x := f.Get(of.from); len(x) > of.number {
			add(of.name, x[of.number])
		}
	}
	pair := func(name, a, b string) {
		if x, y := f.Get(a), f.Get(b); len(x) == 1 && len(y) == 1 {
			add(name, x[0]-y[0])
		}
	}
	pair("AP2_AP1_diff", "AP2_amp", "AP1_amp")
	pair("AP2_AP1_peak_diff", "AP2_peak", "AP1_peak")
	pair("AP2_AP1_begin_width_diff", "AP2_begin_width", "AP1_begin_width")
	if amp := f.Get("AP_amplitude"); len(amp) > 0 {
		sum := 0.0
		for _, x := range amp {
			sum += x
		}
		add("APlast_amp", amp[len(amp)-1])
		add("mean_AP_amplitude", sum/float64(len(amp)))
	}
	if w := f.Get("spike_half_width"); len(w) > 0 {
		add("APlast_width", w[len(w)-1])
	}
	if up := f.Get("AP_peak_upstroke"); len(up) > 0 {
		_, most := extremes(up)
		add("phaseslope_max", most)
	}
	add("min_voltage_between_spikes", f.Get("min_between_peaks_values")...)
	if p := f.Get("peak_voltage"); len(p) > 1 {
		last := p[len(p)-1]
		add("amp_drop_first_second", p[0]-p[1])
		add("amp_drop_first_last", p[0]-last)
		if len(p) > 2 {
			add("amp_drop_second_last", p[1]-last)
		}
		most := math.Inf(-1)
		for i := 1; i < len(p); i++ {
			most = math.Max(most, p[i-1]-p[i])
		}
		add("max_amp_difference", most)
	}
	isi := f.Get("all_ISI_values")
	if len(isi) == 0 {
		return
	}
	inv := make([]float64, len(isi))
	for i, x := range isi {
		inv[i] = 1000 / x
	}
	add("ISIs", isi...)
	add("inv_ISI_values", inv...)
	for i, name := range []string{"first", "second", "third", "fourth", "fifth"} {
		if i < len(inv) {
			add("inv_"+name+"_ISI", inv[i])
		}
	}
	add("inv_last_ISI", inv[len(inv)-1])
}

// slopes adds how intervals, without the first, go with their number.
func (f *Features) slopes(add func(string, ...float64)) {
	isi := f.Get("ISI_values")
	if len(isi) < 2 {
		return
	}
	irregular := 0.0
	var number, logNumber, logISI []float64
	for i, x := range isi {
		number, logNumber, logISI = append(number, float64(i+1)), append(logNumber, vec.Log(float64(i+1))), append(logISI, vec.Log(x))
		if i > 0 {
			irregular += math.Abs(x - isi[i-1])
		}
	}
	add("irregularity_index", irregular/float64(len(isi)-1))
	_, b := straight(logNumber, logISI)
	add("ISI_log_slope", b)
	_, b = straight(number, logISI)
	add("ISI_semilog_slope", b)
}

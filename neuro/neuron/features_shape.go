package neuron

import "math"

// shapes measures heights and slopes of spikes, and how they change.
func (m *measurement) shapes() {
	y := m.v.Y
	m.places("peak_indices", m.peak)
	var time, beginTime, amplitude, above, up, down, phase []float64
	base := m.baseOf(y)
	for i, p := range m.peak {
		time = append(time, m.time(p))
		if base != nil {
			above = append(above, y[p]-base[0])
		}
		if a := m.ahp[i]; a > p {
			lo, _ := extremes(m.slope[p:a])
			down = append(down, lo)
		}
		b := m.begin[i]
		if b < 0 {
			continue
		}
		beginTime = append(beginTime, m.time(b))
		if m.during(p) {
			amplitude = append(amplitude, y[p]-y[b])
		}
		_, hi := extremes(m.slope[b:p])
		up = append(up, hi)
		if lo, hi := b-m.o.PhaseSlopeRange, b+m.o.PhaseSlopeRange; lo >= 0 && hi < len(y) && y[hi] != y[lo] {
			phase = append(phase, (m.slope[hi]-m.slope[lo])/(y[hi]-y[lo]))
		}
	}
	m.add("peak_time", time...)
	m.values("peak_voltage", m.peak)
	m.values("AP_height", m.peak)
	m.places("AP_begin_indices", m.begin)
	m.add("AP_begin_time", beginTime...)
	m.values("AP_begin_voltage", m.begin)
	m.places("AP_end_indices", m.end)
	m.add("AP_amplitude", amplitude...)
	m.add("AP_amplitude_from_voltagebase", above...)
	m.add("AP_peak_upstroke", up...)
	m.add("AP_peak_downstroke", down...)
	m.add("AP_phaseslope", phase...)
	steepest := math.Inf(-1)
	for k := 1; k < len(y); k++ {
		steepest = math.Max(steepest, (y[k]-y[k-1])/m.v.Dt)
	}
	m.add("phaseslope_max", steepest)
	m.changes("AP_amplitude_change", "AP_amplitude")
	m.differences("AP_amplitude_diff", "AP_amplitude")
	if len(amplitude) > 0 {
		m.add("APlast_amp", amplitude[len(amplitude)-1])
		m.add("mean_AP_amplitude", average(amplitude))
	}
	if p := m.f.Get("peak_voltage"); len(p) > 1 {
		m.add("amp_drop_first_second", p[0]-p[1])
		m.add("amp_drop_first_last", p[0]-p[len(p)-1])
		if len(p) > 2 {
			m.add("amp_drop_second_last", p[1]-p[len(p)-1])
		}
		most := math.Inf(-1)
		for i := 1; i < len(p); i++ {
			most = math.Max(most, p[i-1]-p[i])
		}
		m.add("max_amp_difference", most)
	}
}

// widths measures how long spikes and their parts last.
func (m *measurement) widths() {
	y := m.v.Y
	var rise, fall []int
	var half, duration, riseTime, riseRate, fallTime, fallRate, beginWidth []float64
	for i, p := range m.peak {
		b, e := m.begin[i], m.end[i]
		if e >= 0 {
			fallTime = append(fallTime, m.time(e)-m.time(p))
			fallRate = append(fallRate, (y[e]-y[p])/(m.time(e)-m.time(p)))
		}
		if b < 0 {
			continue
		}
		middle, height := float64(0.5*(y[p]+y[b])), y[p]-y[b]
		r := nearest(m.v, middle, b, p)
		rise = append(rise, r)
		riseRate = append(riseRate, height/(m.time(p)-m.time(b)))
		from, to := b, p
		for lo := y[b] + float64(m.o.RiseStart*height); from < p && y[from] < lo-1e-13; {
			from++
		}
		for hi := y[b] + float64(m.o.RiseEnd*height); to > b && y[to] > hi+1e-13; {
			to--
		}
		riseTime = append(riseTime, m.time(to)-m.time(from))
		if a := m.ahp[i]; a > m.from {
			beginWidth = append(beginWidth, m.time(m.falls(y[b], b+1, a))-m.time(b))
		}
		if e >= 0 {
			f := nearest(m.v, middle, p, e)
			fall = append(fall, f)
			half = append(half, m.time(f)-m.time(r))
			duration = append(duration, m.time(e)-m.time(b))
		}
	}
	m.places("AP_rise_indices", rise)
	m.places("AP_fall_indices", fall)
	for _, x := range []struct {
		name   string
		values []float64
	}{
		{"AP_duration_half_width", half}, {"AP_duration", duration}, {"AP_rise_time", riseTime}, {"AP_rise_rate", riseRate},
		{"AP_fall_time", fallTime}, {"AP_fall_rate", fallRate}, {"AP_begin_width", beginWidth},
	} {
		m.add(x.name, x.values...)
	}
	for _, name := range []string{"AP_duration_half_width", "AP_duration", "AP_rise_rate", "AP_fall_rate"} {
		m.changes(name+"_change", name)
	}
	m.levelWidths()
	m.halfWidths()
}

// levelWidths measures how long spikes are above the threshold.
func (m *measurement) levelWidths() {
	var width, between []float64
	at := 0
	if m.o.StepOnly {
		at = m.from
	}
	for _, a := range m.ahp {
		if a < 0 || m.o.StepOnly && (a <= m.from || a >= m.to) {
			continue
		}
		onset := m.rises(m.o.Threshold, at, a)
		width = append(width, m.time(m.falls(m.o.Threshold, onset, a))-m.time(onset))
		at = a
	}
	at = m.from
	for _, a := range m.between {
		onset := m.rises(m.o.Threshold, at, a)
		if end := m.falls(m.o.Threshold, onset, a); end < a {
			between = append(between, m.time(end)-m.time(onset))
		}
		at = a
	}
	m.add("AP_width", width...)
	m.add("AP_width_between_threshold", between...)
}

// halfWidths measures the width half way between peak and minimum, interpolated, and
// half way between the peak and where the trace bends most before it.
func (m *measurement) halfWidths() {
	y := m.v.Y
	var width, bent []float64
	for i, p := range m.peak {
		if a := m.ahp[i]; a >= 0 {
			from := min(m.from, p)
			if i > 0 {
				from = m.ahp[i-1]
			}
			level := float64(0.5 * (y[p] + y[a]))
			r, f := m.rises(level, from, p), m.falls(level, p, a)
			if r > 0 && f > 0 {
				width = append(width, m.crossed(level, f)-m.crossed(level, r))
			}
		}
		if i == 0 {
			continue
		}
		a := m.ahp[i-1]
		level := float64(0.5 * (y[p] + y[a+bend(y[a:p+1])]))
		r, f := a, p
		for r < p && !(y[r] > level) {
			r++
		}
		for f < len(y) && !(y[f] < level) {
			f++
		}
		if f < len(y) && r > 0 {
			bent = append(bent, m.crossed(level, f)-m.crossed(level, r))
		}
	}
	m.add("spike_half_width", width...)
	m.add("spike_width2", bent...)
	if len(width) > 0 {
		m.add("APlast_width", width[len(width)-1])
	}
}

// crossed returns the time at which the trace is at a level between a sample and the
// one before it, by a straight line.
func (m *measurement) crossed(level float64, k int) float64 {
	a, b := m.v.Y[k-1], m.v.Y[k]
	return m.time(k-1) + float64(m.v.Dt*((level-a)/(b-a)))
}

// bend returns the last sample of the largest second difference, by central
// differences taken twice.
func bend(y []float64) int {
	d := central(central(y))
	at := 0
	for k := range d {
		if d[k] >= d[at] {
			at = k
		}
	}
	return at
}

// central returns differences per sample, central ones but at the ends.
func central(y []float64) []float64 {
	n := len(y)
	d := make([]float64, n)
	if n < 2 {
		return d
	}
	d[0], d[n-1] = y[1]-y[0], y[n-1]-y[n-2]
	for k := 1; k < n-1; k++ {
		d[k] = (y[k+1] - y[k-1]) / 2
	}
	return d
}

// afterwards measures what follows each spike.
func (m *measurement) afterwards() {
	y := m.v.Y
	base := m.baseOf(y)
	m.places("min_AHP_indices", m.ahp)
	m.values("min_AHP_values", m.ahp)
	m.values("AHP_depth_abs", m.ahp)
	m.places("min_between_peaks_indices", m.between)
	m.values("min_between_peaks_values", m.between)
	var depth, fromPeak, timeFrom, slow, slowDepth, slowTime, fast, peakAfter []float64
	var adp, begins, ends []int
	for i, p := range m.peak {
		if a := m.ahp[i]; a >= 0 {
			if base != nil {
				depth = append(depth, y[a]-base[0])
			}
			fromPeak = append(fromPeak, y[p]-y[a])
			timeFrom = append(timeFrom, m.time(a)-m.time(p))
			top := a
			for k := a; k < m.between[i]; k++ {
				if y[k] > y[top] {
					top = k
				}
			}
			adp = append(adp, top)
			peakAfter = append(peakAfter, y[top]-y[a])
		}
		if i > 0 && i+1 < len(m.peak) {
			next := m.peak[i+1]
			k := lowest(m.v, min(m.index(m.time(p)+m.o.SlowAHP), next), next)
			slow = append(slow, y[k])
			if base != nil {
				slowDepth = append(slowDepth, y[k]-base[0])
			}
			slowTime = append(slowTime, (m.time(k)-m.time(p))/(m.time(next)-m.time(p)))
		}
		if m.begin[i] >= 0 {
			begins = append(begins, m.begin[i])
			if i+1 < len(m.peak) && m.begin[i+1] >= 0 {
				fast = append(fast, y[m.begin[i]]-y[m.ahp[i]])
			}
		}
		if m.end[i] >= 0 {
			ends = append(ends, m.end[i])
		}
	}
	m.add("AHP_depth", depth...)
	m.differences("AHP_depth_diff", "AHP_depth")
	m.add("AHP_depth_from_peak", fromPeak...)
	m.add("AHP_time_from_peak", timeFrom...)
	m.add("AHP_depth_abs_slow", slow...)
	m.add("AHP_depth_slow", slowDepth...)
	m.add("AHP_slow_time", slowTime...)
	m.add("fast_AHP", fast...)
	m.changes("fast_AHP_change", "fast_AHP")
	m.places("ADP_peak_indices", adp)
	m.values("ADP_peak_values", adp)
	m.add("ADP_peak_amplitude", peakAfter...)
	if n := len(m.between); n > 1 {
		m.values("min_voltage_between_spikes", m.between[:n-1])
	}
	var depolarized []float64
	if n := min(len(begins), len(ends)); n > 2 {
		for i := range n - 1 {
			depolarized = append(depolarized, m.mean(ends[i], begins[i+1])...)
		}
	}
	m.add("depolarized_base", depolarized...)
}

// changes adds how much a feature of later spikes differs from that of the first, as
// a part of it.
func (m *measurement) changes(name, of string) {
	x := m.f.Get(of)
	var y []float64
	for i := 1; i < len(x); i++ {
		y = append(y, (x[i]-x[0])/x[0])
	}
	m.add(name, y...)
}

// differences adds how a feature goes from spike to spike.
func (m *measurement) differences(name, of string) {
	x := m.f.Get(of)
	var y []float64
	for i := 1; i < len(x); i++ {
		y = append(y, x[i]-x[i-1])
	}
	m.add(name, y...)
}

// single adds features of the first two spikes.
func (m *measurement) single() {
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
		if x := m.f.Get(of.from); len(x) > of.number {
			m.add(of.name, x[of.number])
		}
	}
	for _, of := range [][3]string{
		{"AP2_AP1_diff", "AP2_amp", "AP1_amp"}, {"AP2_AP1_peak_diff", "AP2_peak", "AP1_peak"},
		{"AP2_AP1_begin_width_diff", "AP2_begin_width", "AP1_begin_width"},
	} {
		if x, y := m.f.Get(of[1]), m.f.Get(of[2]); len(x) == 1 && len(y) == 1 {
			m.add(of[0], x[0]-y[0])
		}
	}
}

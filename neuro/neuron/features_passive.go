package neuron

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// baseOf returns the mean or median of y in the last part of the time before the step,
// with the step's first sample.
func (m *measurement) baseOf(y []float64) []float64 {
	before := m.on - m.v.T0
	a, b := m.index(m.v.T0+float64(m.o.BaseStart*before)), m.after(m.v.T0+float64(m.o.BaseEnd*before))
	switch {
	case !(before > 0) || a >= b:
		return nil
	case m.o.BaseMedian:
		return []float64{median(y[a:b])}
	}
	return []float64{average(y[a:b])}
}

// steady returns the mean of y over the last tenth of the step.
func (m *measurement) steady(y []float64) []float64 {
	a := m.index(m.off - float64(0.1*(m.off-m.on)))
	if a >= m.to {
		return nil
	}
	return []float64{average(y[a:m.to])}
}

// base measures levels before, during and after the step, and how far apart they are.
func (m *measurement) base() {
	y, n := m.v.Y, len(m.v.Y)
	base, steady := m.baseOf(y), m.steady(y)
	m.add("voltage_base", base...)
	m.add("steady_state_voltage_stimend", steady...)
	m.add("steady_state_voltage", m.mean(m.after(m.off), n)...)
	if m.to >= 35 {
		m.add("steady_state_hyper", m.mean(m.to-35, m.to-5)...)
	}
	rest := m.off + float64(0.25*(m.time(n-1)-m.off))
	m.add("voltage_after_stim", m.mean(m.index(rest), m.after(m.off+float64(0.75*(m.time(n-1)-m.off)))+1)...)
	minimum, maximum := math.NaN(), math.NaN()
	if m.from < m.to {
		minimum, maximum = extremes(y[m.from:m.to])
		m.add("maximum_voltage", maximum)
		m.add("minimum_voltage", minimum)
	}
	if before := m.mean(0, m.from); before != nil {
		if end := m.after(m.off); end >= 10 && end < n {
			d := m.mean(end-10, end-5)[0] - before[0]
			m.add("voltage_deflection", d)
			if m.o.StepCurrent != 0 {
				m.add("ohmic_input_resistance", d/m.o.StepCurrent)
			}
		}
		begin := m.on + float64(0.05*(m.off-m.on))
		if x := m.mean(m.after(begin), m.after(begin+float64(0.1*(m.off-m.on)))); x != nil {
			m.add("voltage_deflection_begin", x[0]-before[0])
		}
	}
	if base != nil && steady != nil && m.from < m.to {
		down := steady[0] - base[0]
		m.add("voltage_deflection_vb_ssse", down)
		if m.o.StepCurrent != 0 {
			m.add("ohmic_input_resistance_vb_ssse", down/m.o.StepCurrent)
		}
		m.add("maximum_voltage_from_voltagebase", maximum-base[0])
		if minimum != base[0] {
			m.add("sag_ratio2", -down/(base[0]-minimum))
		}
		if down <= 0 {
			m.sag(steady[0], minimum, base[0])
		}
	}
	if len(m.o.Current.Y) > 0 {
		m.add("current_base", m.baseOf(m.o.Current.Y)...)
		m.add("steady_state_current_stimend", m.steady(m.o.Current.Y)...)
		m.impedance()
	}
	if !m.blocked() {
		m.add("depol_block", 1)
		m.add("depol_block_bool", 0)
	} else {
		m.add("depol_block_bool", 1)
	}
}

// sag measures how the potential returns from its minimum to the steady state.
func (m *measurement) sag(steady, minimum, base float64) {
	depth := steady - minimum
	m.add("sag_amplitude", depth)
	if minimum != base {
		m.add("sag_ratio1", depth/(base-minimum))
	}
	a := m.falls(minimum, m.from, m.to)
	b := m.rises(steady-float64(0.1*depth), a, len(m.v.Y))
	if b-a >= 10 && b < len(m.v.Y) {
		m.add("sag_time_constant", m.decay(a, b, m.v.Y[b])...)
	}
}

// decay returns the time constant with which the distance to a level shrinks from
// sample a up to b: the size of 1 over the slope of its logarithm.
func (m *measurement) decay(a, b int, level float64) []float64 {
	var t, log []float64
	for k := a; k < b; k++ {
		t, log = append(t, m.time(k)), append(log, vec.Log(math.Abs(m.v.Y[k]-level)))
	}
	if len(t) < 2 {
		return nil
	}
	_, slope := straight(t, log)
	if tau := math.Abs(1 / slope); !math.IsNaN(tau) && !math.IsInf(tau, 0) {
		return []float64{tau}
	}
	return nil
}

// constants fits exponentials to the potential after the step and at its beginning.
func (m *measurement) constants() {
	after := func(on, off float64) []float64 {
		a, b, k := m.index(off+m.o.DecayStart), m.index(off+m.o.DecayEnd), m.index(on)
		if k >= len(m.v.Y) {
			return nil
		}
		return m.decay(a, b, m.v.Y[k])
	}
	m.add("decay_time_constant_after_stim", after(m.on, m.off)...)
	var several []float64
	for _, s := range m.o.Steps {
		several = append(several, after(s[0], s[1])...)
	}
	m.add("multiple_decay_time_constant_after_stim", several...)
	m.add("time_constant", m.membrane()...)
}

// membrane returns the time constant with which the potential falls after the step
// has begun: from where it falls by 5 uV/ms or more for five samples to where it does
// not for 70 ms, an exponential is fitted, whose end is searched up to 5 mV below.
func (m *measurement) membrane() []float64 {
	const still, flat = -5e-3, 70.0
	first, middle := m.from+10, m.index((m.on+m.off)/2)
	if middle >= len(m.v.Y) || middle-first < 10 {
		return nil
	}
	y := m.v.Y[first:middle]
	d := stencil(y)
	for k := range d {
		d[k] /= m.v.Dt
	}
	start, falling := 0, 0
	for ; start+5 < len(d); start++ {
		for falling = 0; falling < 5 && !(d[start+falling] > still); falling++ {
		}
		if falling == 5 {
			break
		}
	}
	if falling < 5 {
		return nil
	}
	end, span := start, int(math.Ceil(flat/m.v.Dt-1e-6))
	for latest := m.index(m.time(middle)-flat) - first; end < latest; end++ {
		if d[end] > still && average(d[end:min(end+span, len(d))]) > still {
			break
		}
	}
	if end-start < 10 {
		return nil
	}
	y = y[start:end]
	t, log := make([]float64, len(y)), make([]float64, len(y))
	for k := range t {
		t[k] = m.time(first + start + k)
	}
	slope := 0.0
	misfit := func(below float64) float64 {
		for k := range y {
			log[k] = vec.Log(y[k] - y[len(y)-1] + below)
		}
		var a float64
		a, slope = straight(t, log)
		rest := 0.0
		for k := range y {
			r := log[k] - a - float64(slope*t[k])
			rest += float64(r * r)
		}
		lo, hi := extremes(log)
		return rest / ((hi - lo) * (hi - lo))
	}
	sections(misfit, 5, 0.01)
	if tau := -1 / slope; !math.IsNaN(tau) && !math.IsInf(tau, 0) {
		return []float64{tau}
	}
	return nil
}

// sections searches the minimum of f between 0 and b by golden sections until they are
// tol apart. It is eFEL's search, step by step: the time constant is that of the last
// place looked at, which a better search would move by up to a part in a hundred.
func sections(f func(float64) float64, b, tol float64) {
	const phi = 1.618033988
	a := 0.0
	x := b / (1 + phi)
	least, right := f(x), true
	for b-a > tol {
		near, far := a, x
		if right {
			near, far = x, b
		}
		next := (float64(near*phi) + far) / (1 + phi)
		if !right {
			next = (near + float64(phi*far)) / (1 + phi)
		}
		switch y := f(next); {
		case y < least && right:
			a, x, least = x, next, y
		case y < least:
			b, x, least = x, next, y
		case right:
			b, right = next, false
		default:
			a, right = next, true
		}
	}
}

// stencil returns differences per sample by five points, by fewer at the ends.
func stencil(y []float64) []float64 {
	n, d := len(y), central(y)
	for k := 2; k < n-2; k++ {
		d[k] = (y[k-2] - y[k+2] + float64(8*(y[k+1]-y[k-1]))) / 12
	}
	return d
}

// exponentials fits the currents of voltage-clamped channels, given in place of the
// potential: how they activate up to their maximum, inactivate after it, and how they
// deactivate.
func (m *measurement) exponentials() {
	top := func(a, b int) int {
		at := a
		for k := a; k < b; k++ {
			if m.v.Y[k] > m.v.Y[at] {
				at = k
			}
		}
		return at
	}
	if m.from >= m.to {
		return
	}
	m.add("activation_time_constant", m.exponential(m.from, top(m.from, m.to)+1, -1)...)
	m.add("deactivation_time_constant", m.exponential(m.from, m.to, 1)...)
	if end := m.to - m.o.EndSkip; end > m.from {
		m.add("inactivation_time_constant", m.exponential(top(m.from, end), end, 1)...)
	}
}

// exponential fits a + b exp(-t/tau) by least squares to samples from lo up to hi, b
// having the sign given, and returns tau; nothing where a constant fits as well.
func (m *measurement) exponential(lo, hi int, sign float64) []float64 {
	n := hi - lo
	if n < 4 {
		return nil
	}
	y, e := m.v.Y[lo:hi], make([]float64, n)
	mean := average(y)
	level := 0.0
	for _, v := range y {
		level += float64((v - mean) * (v - mean))
	}
	misfit := func(logTau float64) float64 {
		tau := vec.Exp(logTau)
		for k := range e {
			e[k] = vec.Exp(-float64(k) * m.v.Dt / tau)
		}
		a, b := straight(e, y)
		if !(b*sign > 0) {
			return level
		}
		rest := 0.0
		for k := range y {
			r := y[k] - a - float64(b*e[k])
			rest += float64(r * r)
		}
		return rest
	}
	from, to := vec.Log(m.v.Dt/5), vec.Log(m.v.Dt*float64(n)*100)
	best := golden(misfit, from, to)
	if !(misfit(best) < level) || best > to-0.1 {
		return nil
	}
	return []float64{vec.Exp(best)}
}

// blocked reports a block by depolarisation, for longer than 50 ms above the mean
// potential at which spikes begin, or by hyperpolarisation, for longer than 50 ms
// below -75 mV during the step.
func (m *measurement) blocked() bool {
	begins := m.f.Get("AP_begin_voltage")
	if begins == nil {
		return false
	}
	const longest, low = 50.0, -75.0
	y, level := m.v.Y, average(begins)
	up, reached := -1, false
	for k := 1; k < len(y); k++ {
		switch above, before := y[k] > level, y[k-1] > level; {
		case above && !before:
			up, reached = k-1, true
		case !above && before && up >= 0:
			if m.time(k-1)-m.time(up) > longest {
				return true
			}
			up = -1
		}
	}
	if !reached || up >= 0 && m.to < len(y) && m.time(m.to)-m.time(up) > longest {
		return true
	}
	down := -1
	for k := m.from + 2; k <= m.to && k < len(y); k++ {
		switch above, before := y[k] > low, y[k-1] > low; {
		case !above && before:
			down = k - 1
		case above && !before && down >= 0:
			if m.time(k-1)-m.time(down) > longest {
				return true
			}
			down = -1
		}
	}
	return down >= 0 && m.to < len(y) && m.time(m.to)-m.time(down) > longest
}

// impedance finds the frequency, up to ImpedanceTo, at which the potential answers
// most to the current, of a trace without spikes; smoothed over neighbours by a
// Gaussian of ten frequencies.
func (m *measurement) impedance() {
	v0, i0 := m.baseOf(m.v.Y), m.baseOf(m.o.Current.Y)
	if v0 == nil {
		v0, i0 = m.steady(m.v.Y), m.steady(m.o.Current.Y)
	}
	n := len(m.v.Y)
	if len(m.peak) > 0 || v0 == nil {
		return
	}
	v, i := make([]complex128, n), make([]complex128, n)
	for k := range v {
		v[k], i[k] = complex(m.v.Y[k]-v0[0], 0), complex(m.o.Current.Y[k]-i0[0], 0)
	}
	plan := fft.New(n)
	plan.Forward(v, v)
	plan.Forward(i, i)
	step := 1000 / (float64(n) * m.v.Dt) // Hz
	var z []float64
	for k := 1; k < (n+1)/2 && float64(float64(k)*step) <= m.o.ImpedanceTo; k++ {
		top, bottom := float64(real(v[k])*real(v[k]))+float64(imag(v[k])*imag(v[k])), float64(real(i[k])*real(i[k]))+float64(imag(i[k])*imag(i[k]))
		if bottom == 0 {
			return
		}
		z = append(z, math.Sqrt(top/bottom))
	}
	best, most := -1, math.Inf(-1)
	for k := range z {
		sum := 0.0
		for j := -40; j <= 40; j++ {
			sum += float64(vec.Exp(-float64(j*j)/200) * z[mirrored(k+j, len(z))])
		}
		if sum > most {
			best, most = k, sum
		}
	}
	if best >= 0 {
		m.add("impedance", float64(float64(best+1)*step))
	}
}

// mirrored returns k within 0 to n-1, reflected at the ends, each end twice.
func mirrored(k, n int) int {
	k %= 2 * n
	if k < 0 {
		k += 2 * n
	}
	if k >= n {
		k = 2*n - 1 - k
	}
	return k
}

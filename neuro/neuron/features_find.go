package neuron

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// A measurement holds a trace, its step, and where its spikes are: sample numbers of
// each spike, -1 where it has no such place.
type measurement struct {
	v        neuro.Trace
	on, off  float64
	o        FeatureOptions
	f        *Features
	slope    []float64 // dV/dt, mV/ms
	from, to int       // first samples at or after on and off

	peak       []int
	ahp        []int // first minimum after the peak, as firstMinimum has it
	between    []int // lowest up to the next spike
	begin, end []int // of spikes after the step has begun
}

// add keeps the values of a feature; without values it is not defined.
func (m *measurement) add(name string, values ...float64) {
	if len(values) > 0 {
		m.f.Names, m.f.Values = append(m.f.Names, name), append(m.f.Values, values)
	}
}

// places keeps sample numbers as a feature.
func (m *measurement) places(name string, at []int) {
	var x []float64
	for _, k := range at {
		if k >= 0 {
			x = append(x, float64(k))
		}
	}
	m.add(name, x...)
}

// values keeps the potential at sample numbers as a feature.
func (m *measurement) values(name string, at []int) {
	var x []float64
	for _, k := range at {
		if k >= 0 {
			x = append(x, m.v.Y[k])
		}
	}
	m.add(name, x...)
}

// index returns the first sample at or after a time, the number of samples when there
// is none. Times that are a millionth of a step apart are equal.
func (m *measurement) index(t float64) int {
	k := math.Ceil((t-m.v.T0)/m.v.Dt - 1e-6)
	return int(math.Max(0, math.Min(k, float64(len(m.v.Y)))))
}

// after returns the first sample after a time.
func (m *measurement) after(t float64) int {
	k := math.Floor((t-m.v.T0)/m.v.Dt+1e-6) + 1
	return int(math.Max(0, math.Min(k, float64(len(m.v.Y)))))
}

func (m *measurement) time(k int) float64 { return m.v.At(k) }

// find finds the spikes.
func (m *measurement) find() {
	y, n := m.v.Y, len(m.v.Y)
	m.from, m.to = m.index(m.on), m.index(m.off)
	m.slope = make([]float64, n)
	m.slope[0], m.slope[n-1] = (y[1]-y[0])/m.v.Dt, (y[n-1]-y[n-2])/m.v.Dt
	for k := 1; k < n-1; k++ {
		m.slope[k] = (y[k+1] - y[k-1]) / (2 * m.v.Dt)
	}
	level := m.o.Threshold
	for k := 1; k < n; k++ {
		if !(y[k-1] <= level && y[k] > level) {
			continue
		}
		p := k
		for ; k < n && y[k] > level; k++ {
			if y[k] > y[p] {
				p = k
			}
		}
		// a spike that the trace ends in has no peak yet
		if k < n && (!m.o.StepOnly || m.during(p)) {
			m.peak = append(m.peak, p)
		}
	}
	last := n
	if m.o.StepOnly {
		last = m.to
	}
	for i, p := range m.peak {
		next := max(last, p)
		if i+1 < len(m.peak) {
			next = m.peak[i+1]
		}
		a := firstMinimum(m.v, p, next)
		if a == last-1 {
			a = -1 // the potential still falls
		}
		m.ahp, m.between = append(m.ahp, a), append(m.between, lowest(m.v, p, next))
		m.begin, m.end = append(m.begin, m.findBegin(i)), append(m.end, m.findEnd(i))
	}
}

// during reports whether a sample lies in the step, with both its ends.
func (m *measurement) during(k int) bool { return k >= m.from && k < m.after(m.off) }

// findBegin goes back from a peak to the last sample from which the trace rises fast,
// not before the minimum in front of it nor much before the step.
func (m *measurement) findBegin(i int) int {
	if m.peak[i] <= m.from {
		return -1
	}
	from, n, width := max(m.from-2, 0), len(m.v.Y), m.o.DerivativeWindow
	if i > 0 && m.ahp[i-1] > m.from {
		from = m.ahp[i-1]
	}
	for end := m.peak[i]; ; {
		k := end - 1
		for k >= from && m.slope[k] > m.o.DerivativeThreshold {
			k--
		}
		begin := min(k+1, n-width)
		if k < from || begin <= from {
			return -1
		}
		fast := true
		for j := begin; j < begin+width; j++ {
			fast = fast && m.slope[j] >= m.o.DerivativeThreshold
		}
		if fast {
			return begin
		}
		end = begin - 1
	}
}

// findEnd returns where dV/dt is above its threshold again after the steepest fall.
func (m *measurement) findEnd(i int) int {
	if m.peak[i] <= m.from {
		return -1
	}
	next := len(m.v.Y) - 1
	if i+1 < len(m.peak) {
		next = m.peak[i+1]
	}
	steepest := m.peak[i] + 1
	for k := steepest; k < next; k++ {
		if m.slope[k] < m.slope[steepest] {
			steepest = k
		}
	}
	for k := steepest; k < next; k++ {
		if m.slope[k] >= m.o.DownThreshold {
			return k
		}
	}
	return -1
}

// lowest returns the first sample of the minimum from a up to b, a when there is none.
func lowest(v neuro.Trace, a, b int) int {
	at := a
	for k := a; k < b; k++ {
		if v.Y[k] < v.Y[at] {
			at = k
		}
	}
	return at
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

// nearest returns the sample from a up to b whose value is nearest to x.
func nearest(v neuro.Trace, x float64, a, b int) int {
	at := a
	for k := a; k < b; k++ {
		if math.Abs(v.Y[k]-x) < math.Abs(v.Y[at]-x) {
			at = k
		}
	}
	return at
}

// rises returns the first sample from a up to b at or above a level, b without; falls
// the first at or below.
func (m *measurement) rises(level float64, a, b int) int {
	for ; a < b && !(m.v.Y[a] >= level); a++ {
	}
	return a
}

func (m *measurement) falls(level float64, a, b int) int {
	for ; a < b && !(m.v.Y[a] <= level); a++ {
	}
	return a
}

// mean returns the mean of samples from a up to b, nothing when there are none.
func (m *measurement) mean(a, b int) []float64 {
	a, b = max(a, 0), min(b, len(m.v.Y))
	if a >= b {
		return nil
	}
	return []float64{average(m.v.Y[a:b])}
}

// average returns the mean of numbers.
func average(x []float64) float64 {
	sum := 0.0
	for _, y := range x {
		sum += y
	}
	return sum / float64(len(x))
}

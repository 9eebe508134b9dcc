package neuron

import (
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// counts counts spikes and measures when they come.
func (m *measurement) counts() {
	n := len(m.peak)
	m.add("spike_count", float64(n))
	var in []int
	for _, p := range m.peak {
		if m.during(p) {
			in = append(in, p)
		}
	}
	m.add("spike_count_stimint", float64(len(in)))
	// a spike well after the step, or before it, is none that the step made
	inside, stuck := true, true
	for _, p := range m.peak {
		t := m.time(p)
		inside = inside && t >= m.on && t <= float64(1.05*m.off)
		stuck = stuck && !(t > float64(0.5*m.off) && t < m.off)
	}
	if inside {
		m.add("trace_check", 0)
	}
	if n == 0 {
		return
	}
	if !stuck {
		m.add("is_not_stuck", 1)
	}
	initial, end := 0, m.on+float64(m.o.InitialPart*(m.off-m.on))
	for _, p := range m.peak {
		if t := m.time(p); t >= m.on && t < end {
			initial++
		}
	}
	m.add("number_initial_spikes", float64(initial))
	first := m.time(m.peak[0]) - m.on
	m.add("time_to_first_spike", first)
	m.add("inv_time_to_first_spike", 1000/first)
	m.add("time_to_last_spike", m.time(m.peak[n-1])-m.on)
	if n > 1 {
		m.add("time_to_second_spike", m.time(m.peak[1])-m.on)
	}
	if len(in) > 0 {
		if last := m.time(in[len(in)-1]) - m.on; last > 0 {
			m.add("mean_frequency", float64(1000*float64(len(in)))/last)
		}
		skipped := min(m.o.MostSkipped, int(float64(float64(len(in))*m.o.SpikeSkip)+0.5))
		m.adaptation("adaptation_index", in[skipped:], 4)
		m.adaptation("adaptation_index2", in[1:], 3)
	}
}

// adaptation adds the mean of the relative differences of intervals that follow each
// other, where there are as many spikes.
func (m *measurement) adaptation(name string, at []int, least int) {
	if len(at) < least {
		return
	}
	sum, before := 0.0, m.time(at[1])-m.time(at[0])
	for i := 2; i < len(at); i++ {
		isi := m.time(at[i]) - m.time(at[i-1])
		sum += (isi - before) / (isi + before)
		before = isi
	}
	m.add(name, sum/float64(len(at)-2))
}

// all returns the intervals between spikes, isis those that count.
func (m *measurement) all() []float64 { return m.f.Get("all_ISI_values") }

func (m *measurement) isis() []float64 {
	isi := m.all()
	if !m.o.FirstISI && len(isi) > 0 {
		isi = isi[1:]
	}
	return isi
}

// intervals measures the intervals between spikes.
func (m *measurement) intervals() {
	var all, inverse []float64
	for i := 1; i < len(m.peak); i++ {
		all = append(all, m.time(m.peak[i])-m.time(m.peak[i-1]))
		inverse = append(inverse, 1000/all[i-1])
	}
	if len(all) == 0 {
		return
	}
	m.add("all_ISI_values", all...)
	m.add("ISIs", all...)
	m.add("doublet_ISI", all[0])
	m.add("inv_ISI_values", inverse...)
	for i, name := range []string{"first", "second", "third", "fourth", "fifth"} {
		if i < len(inverse) {
			m.add("inv_"+name+"_ISI", inverse[i])
		}
	}
	m.add("inv_last_ISI", inverse[len(inverse)-1])
	isi := m.isis()
	m.add("ISI_values", isi...)
	n := len(isi)
	if n < 2 {
		return
	}
	mean, square, irregular := average(isi), 0.0, 0.0
	for i, x := range isi {
		square += float64((x - mean) * (x - mean))
		if i > 0 {
			irregular += math.Abs(x - isi[i-1])
		}
	}
	m.add("ISI_CV", math.Sqrt(square/float64(n-1))/mean)
	m.add("single_burst_ratio", isi[0]/mean)
	m.add("irregularity_index", irregular/float64(n-1))
	m.add("ISI_log_slope", isiSlope(isi, true))
	m.add("ISI_semilog_slope", isiSlope(isi, false))
	if rest := isi[min(m.o.MostSkipped, int(float64(float64(n+1)*m.o.SpikeSkip)+0.5)):]; len(rest) > 1 {
		m.add("ISI_log_slope_skip", isiSlope(rest, true))
	}
}

// isiSlope returns the slope of the logarithm of intervals over their number, or over
// its logarithm.
func isiSlope(isi []float64, logarithm bool) float64 {
	x, y := make([]float64, len(isi)), make([]float64, len(isi))
	for i := range isi {
		x[i], y[i] = float64(i+1), vec.Log(isi[i])
		if logarithm {
			x[i] = vec.Log(x[i])
		}
	}
	_, b := straight(x, y)
	return b
}

// medianBursts finds bursts as intervals that are longer than BurstFactor medians of
// those since the last one, with a shorter one behind: burst_number and its kin.
func (m *measurement) medianBursts() {
	isi, at := m.isis(), []int(nil)
	if len(isi) >= 4 {
		from := 0
		for i := 1; i+1 < len(isi); i++ {
			if from < i && isi[i] > float64(m.o.BurstFactor*median(isi[from:i])) && isi[i+1] < isi[i]/m.o.BurstFactor {
				at, from = append(at, i+1), i
			}
		}
	}
	if len(at) == 0 {
		m.add("burst_number", 0)
		return
	}
	m.places("burst_ISI_indices", at)
	time := func(k int) float64 { return m.time(m.peak[k]) }
	freq := []float64{float64(1000*float64(at[0]+1)) / (time(at[0]) - time(0))}
	var between []float64
	for i, k := range at {
		next := len(m.peak) - 1
		if i+1 < len(at) {
			next = at[i+1]
		}
		if next-k != 1 {
			freq = append(freq, float64(1000*float64(next-k))/(time(next)-time(k+1)))
		}
		between = append(between, m.mean(m.index(time(k)+5)-1, m.after(time(k+1)-5)+1)...)
	}
	m.add("burst_mean_freq", freq...)
	m.add("burst_number", float64(len(freq)))
	m.add("interburst_voltage", between...)
}

// median returns the median of numbers.
func median(x []float64) float64 {
	s := append([]float64(nil), x...)
	sort.Float64s(s)
	n := len(s)
	return float64(0.5 * (s[(n-1)/2] + s[n/2]))
}

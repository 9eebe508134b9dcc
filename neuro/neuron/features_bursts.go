package neuron

import "fmt"

// strictBursts finds bursts by intervals that shorten and lengthen by
// StrictBurstFactor, so that not every spike belongs to one, and measures what
// follows each.
func (m *measurement) strictBursts() {
	m.initialBurst()
	begin, end := m.findBursts()
	time := func(k int) float64 { return m.time(m.peak[k]) }
	var freq, size []float64
	for i := range begin {
		size = append(size, float64(end[i]-begin[i]+1))
		if end[i] > begin[i] {
			freq = append(freq, float64(1000*size[i])/(time(end[i])-time(begin[i])))
		}
	}
	m.add("strict_burst_number", float64(len(freq)))
	if len(begin) == 0 {
		return
	}
	m.places("burst_begin_indices", begin)
	m.places("burst_end_indices", end)
	m.add("strict_burst_mean_freq", freq...)
	m.add("spikes_per_burst", size...)
	if n := len(size); n > 1 {
		var diff []float64
		for i := 1; i < n; i++ {
			diff = append(diff, size[i-1]-size[i])
		}
		m.add("spikes_per_burst_diff", diff...)
		m.add("spikes_in_burst1_burst2_diff", diff[0])
		m.add("spikes_in_burst1_burstlast_diff", size[0]-size[n-1])
	}
	var between []float64
	for _, k := range begin[1:] {
		a, b := m.after(time(k-1)+5)-1, m.index(time(k)-5)
		between = append(between, m.mean(a, b+1)...)
	}
	m.add("strict_interburst_voltage", between...)
	m.betweenBursts(end)
	m.afterBursts(end)
}

// findBursts returns the first and the last spike of each burst.
func (m *measurement) findBursts() (begin, end []int) {
	isi := m.all()
	if len(isi) < 2 {
		return nil, nil
	}
	from := 1
	if m.o.FirstISI {
		from = 0
	}
	begin = []int{from}
	inside := func() bool { return len(end) == 0 || begin[len(begin)-1] > end[len(end)-1] }
	for i := from + 1; i < len(isi); i++ {
		before, middle := inside(), median(isi[from:i])
		if before && isi[i] > float64(m.o.StrictBurstFactor*middle) {
			end = append(end, i)
			from = i
		}
		if isi[i] < isi[i-1]/m.o.StrictBurstFactor {
			if before {
				begin[len(begin)-1] = i
			} else {
				begin = append(begin, i)
			}
			from = i
		}
	}
	if inside() {
		end = append(end, len(isi))
	}
	return begin, end
}

// betweenBursts measures from the last spike of each burst to the next spike.
func (m *measurement) betweenBursts(end []int) {
	var least []int
	var lasts, time []float64
	for _, k := range end {
		if k+1 >= len(m.peak) {
			break
		}
		p, next := m.peak[k], m.peak[k+1]
		at := lowest(m.v, p, next)
		least = append(least, at)
		lasts = append(lasts, m.time(next)-m.time(p))
		time = append(time, m.time(at)-m.time(p))
	}
	m.places("interburst_min_indices", least)
	m.values("interburst_min_values", least)
	m.add("time_to_interburst_min", time...)
	m.add("interburst_duration", lasts...)
}

// afterBursts measures the fast and the slow AHP after each burst, and what is
// between them.
func (m *measurement) afterBursts(end []int) {
	y := m.v.Y
	var least, slow, fast, adp []int
	var toSlow, toFast, toADP []float64
	fastOf := map[int]int{} // of a burst
	for i, k := range end {
		p := m.peak[k]
		next := len(y) // the search ends at the next spike, else with the step or the trace
		if k+1 < len(m.peak) {
			next = m.peak[k+1]
		} else if p < m.to {
			next = m.to
		}
		least = append(least, lowest(m.v, p, next))
		f := firstMinimum(m.v, p, next)
		if f != next-1 || k+1 < len(m.peak) {
			fastOf[i] = f
			fast = append(fast, f)
			toFast = append(toFast, m.time(f)-m.time(p))
		}
		s := m.index(m.time(p) + m.o.SlowAHP)
		if s >= next {
			if k+1 >= len(m.peak) {
				continue
			}
			s = next
		}
		s = lowest(m.v, s, next)
		slow = append(slow, s)
		toSlow = append(toSlow, m.time(s)-m.time(p))
		if f, ok := fastOf[i]; ok && s >= f {
			top := f
			for j := f; j < s; j++ {
				if y[j] > y[top] {
					top = j
				}
			}
			if top < s-1 {
				adp = append(adp, top)
				last := k
				for last+1 < len(m.peak) && m.peak[last+1] < top {
					last++
				}
				toADP = append(toADP, m.time(top)-m.time(m.peak[last]))
			}
		}
	}
	m.places("postburst_min_indices", least)
	m.values("postburst_min_values", least)
	m.places("postburst_slow_ahp_indices", slow)
	m.values("postburst_slow_ahp_values", slow)
	m.add("time_to_postburst_slow_ahp", toSlow...)
	m.places("postburst_fast_ahp_indices", fast)
	m.values("postburst_fast_ahp_values", fast)
	m.add("time_to_postburst_fast_ahp", toFast...)
	m.places("postburst_adp_peak_indices", adp)
	m.values("postburst_adp_peak_values", adp)
	m.add("time_to_postburst_adp_peak", toADP...)
	for _, percent := range []int{15, 20, 25, 30, 40, 60} {
		var at []int
		for i, k := range end {
			if f, ok := fastOf[i]; ok && k+1 < len(m.peak) {
				span := m.time(m.peak[k+1]) - m.time(f)
				at = append(at, m.index(m.time(f)+float64(span*(float64(percent)/100))))
			}
		}
		m.places(fmt.Sprintf("interburst_%dpercent_indices", percent), at)
		m.values(fmt.Sprintf("interburst_%dpercent_values", percent), at)
	}
}

// initialBurst measures the slow AHP after the spikes that come at once and fast.
func (m *measurement) initialBurst() {
	isi, last := m.all(), 0
	for last < len(isi) && 1000/isi[last] >= m.o.InitialBurst {
		last++
	}
	if last == 0 {
		return
	}
	t := m.time(m.peak[last])
	from, to := min(t+m.o.InitialBurstFrom, m.off), min(t+m.o.InitialBurstTo, m.off)
	if last+1 < len(m.peak) {
		to = min(to, m.time(m.peak[last+1]))
	}
	a, b := m.index(from), m.after(to)
	if to <= from || a >= b {
		return
	}
	v := m.v.Y[lowest(m.v, a, b)]
	m.add("initburst_sahp", v)
	if base := m.baseOf(m.v.Y); base != nil {
		m.add("initburst_sahp_vb", v-base[0])
	}
	if ss := m.steady(m.v.Y); ss != nil {
		m.add("initburst_sahp_ssse", v-ss[0])
	}
}

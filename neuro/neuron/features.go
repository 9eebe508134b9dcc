package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Features are what is measured on the trace of a membrane potential, under the
// names that the field uses since eFEL (Ranjan et al. 2019).
type Features struct {
	Names  []string
	Values [][]float64 // of each name: one per spike or interval, or one number; none where it is not defined
}

// MeasureFeatures measures a trace of the membrane potential (mV) under a step of
// current from on to off (ms). A spike is an excursion above -20 mV. It begins
// where dV/dt (central differences) is 10 mV/ms or more for five samples; traces
// of unequal or coarse steps are resampled first, 0.1 ms being usual (Resample).
//
//	peak_time, peak_voltage, AP_begin_time, AP_begin_voltage, AP_amplitude,
//	AP_duration_half_width: of each spike (ms, mV)
//	min_between_peaks_values: the lowest potential between spikes (mV)
//	all_ISI_values, ISI_values (without the first), ISI_CV, doublet_ISI,
//	adaptation_index2: of intervals (ms)
//	spike_count, mean_frequency (Hz, up to the last spike), time_to_first_spike,
//	time_to_second_spike, time_to_last_spike, inv_time_to_first_spike
//	voltage_base: mean over the last tenth before the step, with its first sample (mV)
//	steady_state_voltage_stimend: mean over the last tenth of the step (mV)
//	steady_state_voltage: mean after the step (mV)
//	maximum_voltage, minimum_voltage: during the step (mV)
//
// Further names follow from these (changes, differences and single numbers of them,
// AP1_amp, inv_first_ISI, amp_drop_first_last ...), and from the shape of spikes:
//
//	AP_duration: from the begin to where dV/dt is above -12 mV/ms again after the
//	fall; AP_rise_time, AP_rise_rate, AP_fall_time, AP_fall_rate with its parts
//	AP_peak_upstroke, AP_peak_downstroke: steepest dV/dt (mV/ms)
//	AP_width: above -20 mV; AP_begin_width: above the begin; spike_half_width: half
//	way between the peak and the minimum after it, interpolated (ms)
//	min_AHP_values: the first minimum after each spike (mV); AHP_depth, fast_AHP ...
//	AHP_depth_abs_slow: the lowest potential from 5 ms after a spike on, without the
//	first and the last (mV); AHP_slow_time: where it is in the interval
//	depolarized_base: mean between spikes (mV)
//
// An error names what makes no sense. Checked against eFEL's stored values.
func MeasureFeatures(v neuro.Trace, on, off float64) (*Features, error) {
	switch {
	case len(v.Y) < 3 || !(v.Dt > 0):
		return nil, fmt.Errorf("neuron: MeasureFeatures: the trace has %d samples at steps of %g ms; it must have three or more, at positive steps", len(v.Y), v.Dt)
	case !(on < off) || on < v.T0 || off > v.At(len(v.Y)-1)+v.Dt:
		return nil, fmt.Errorf("neuron: MeasureFeatures: the step lasts from %g to %g ms; it must lie in the trace, %g to %g ms", on, off, v.T0, v.At(len(v.Y)-1))
	}
	for k, y := range v.Y {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return nil, fmt.Errorf("neuron: MeasureFeatures: the trace is %g at %g ms; it must be finite", y, v.At(k))
		}
	}
	f := &Features{}
	add := func(name string, values ...float64) {
		f.Names, f.Values = append(f.Names, name), append(f.Values, values)
	}
	s := findSpikes(v, on, off)
	add("spike_count", float64(len(s)))
	f.spikes(v, s, add)
	f.intervals(s, on, add)
	add("voltage_base", mean(v, v.T0+float64(0.9*(on-v.T0)), math.Nextafter(on, off))...)
	add("steady_state_voltage_stimend", mean(v, off-float64(0.1*(off-on)), off)...)
	add("steady_state_voltage", mean(v, math.Nextafter(off, math.Inf(1)), math.Inf(1))...)
	lo, hi := math.Inf(1), math.Inf(-1)
	for k, y := range v.Y {
		if t := v.At(k); t >= on && t <= off {
			lo, hi = math.Min(lo, y), math.Max(hi, y)
		}
	}
	add("maximum_voltage", hi)
	add("minimum_voltage", lo)
	f.derived(v, s, off, add)
	return f, nil
}

// A spike as sample numbers; begin is -1 where the trace does not rise fast.
type spike struct {
	begin, peak int
	time        float64 // of the peak, ms
}

// spikeLevel is what a spike rises above, mV.
const spikeLevel = -20

// findSpikes returns the excursions above -20 mV.
func findSpikes(v neuro.Trace, on, off float64) []spike {
	const level = spikeLevel
	var out []spike
	for k := 1; k < len(v.Y); k++ {
		if !(v.Y[k-1] <= level && v.Y[k] > level) {
			continue
		}
		p := k
		for j := k; j < len(v.Y) && v.Y[j] > level; j++ {
			if v.Y[j] > v.Y[p] {
				p = j
			}
			k = j
		}
		out = append(out, spike{-1, p, v.At(p)})
	}
	for i := range out {
		from := 1
		if i > 0 {
			from = lowest(v, out[i-1].peak, out[i].peak)
		} else {
			for from < out[0].peak && v.At(from) < on {
				from++
			}
		}
		for k := from; k < out[i].peak; k++ {
			if steep(v, k, 5) {
				out[i].begin = k
				break
			}
		}
	}
	return out
}

// steep reports whether the trace rises by 10 mV/ms at n samples from k on.
func steep(v neuro.Trace, k, n int) bool {
	for j := k; j < k+n; j++ {
		if j < 1 || j+1 >= len(v.Y) || (v.Y[j+1]-v.Y[j-1])/(2*v.Dt) < 10 {
			return false
		}
	}
	return true
}

// lowest returns the first sample of the minimum from a up to b.
func lowest(v neuro.Trace, a, b int) int {
	at := a
	for k := a; k < b; k++ {
		if v.Y[k] < v.Y[at] {
			at = k
		}
	}
	return at
}

func (f *Features) spikes(v neuro.Trace, s []spike, add func(string, ...float64)) {
	var time, peak, begin, beginV, amplitude, width, between []float64
	for i, p := range s {
		time, peak = append(time, p.time), append(peak, v.Y[p.peak])
		if i > 0 {
			between = append(between, v.Y[lowest(v, s[i-1].peak, p.peak)])
		}
		if p.begin < 0 {
			continue
		}
		begin, beginV = append(begin, v.At(p.begin)), append(beginV, v.Y[p.begin])
		amplitude = append(amplitude, v.Y[p.peak]-v.Y[p.begin])
		half := float64(0.5 * (v.Y[p.peak] + v.Y[p.begin]))
		end := len(v.Y)
		if i+1 < len(s) {
			end = s[i+1].peak
		}
		end = lowest(v, p.peak, end) + 1
		width = append(width, v.Dt*float64(nearest(v, half, p.peak, end)-nearest(v, half, p.begin, p.peak)))
	}
	add("peak_time", time...)
	add("peak_voltage", peak...)
	add("AP_begin_time", begin...)
	add("AP_begin_voltage", beginV...)
	add("AP_amplitude", amplitude...)
	add("AP_duration_half_width", width...)
	add("min_between_peaks_values", between...)
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

func (f *Features) intervals(s []spike, on float64, add func(string, ...float64)) {
	var isi []float64
	for i := 1; i < len(s); i++ {
		isi = append(isi, s[i].time-s[i-1].time)
	}
	add("all_ISI_values", isi...)
	n := len(isi)
	if n > 0 {
		add("doublet_ISI", isi[0])
	}
	if n > 1 {
		rest := isi[1:]
		add("ISI_values", rest...)
		m, square := 0.0, 0.0
		for _, x := range rest {
			m += x
		}
		m /= float64(len(rest))
		for _, x := range rest {
			square += float64((x - m) * (x - m))
		}
		if len(rest) > 1 {
			add("ISI_CV", math.Sqrt(square/float64(len(rest)-1))/m)
			sum := 0.0
			for i := 1; i < len(rest); i++ {
				sum += (rest[i] - rest[i-1]) / (rest[i] + rest[i-1])
			}
			add("adaptation_index2", sum/float64(len(rest)-1))
		}
	}
	if len(s) > 0 {
		first, last := s[0].time-on, s[len(s)-1].time-on
		add("time_to_first_spike", first)
		add("inv_time_to_first_spike", 1000/first)
		add("time_to_last_spike", last)
		add("mean_frequency", 1000*float64(len(s))/last)
	}
	if len(s) > 1 {
		add("time_to_second_spike", s[1].time-on)
	}
}

// mean returns the mean of the samples in [from, to), nothing when there is none.
func mean(v neuro.Trace, from, to float64) []float64 {
	sum, n := 0.0, 0
	for k, y := range v.Y {
		if t := v.At(k); t >= from && t < to {
			sum += y
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []float64{sum / float64(n)}
}

// Get returns the values of a feature, nothing when it is not defined.
func (f *Features) Get(name string) []float64 {
	for i, n := range f.Names {
		if n == name {
			return f.Values[i]
		}
	}
	return nil
}

// Show returns the features as a table.
func (f *Features) Show() display.Bundle {
	name, value := table.Col{Name: "feature"}, table.Col{Name: "value"}
	for i, n := range f.Names {
		text := ""
		for k, x := range f.Values[i] {
			if k > 0 {
				text += ", "
			}
			text += display.Number(x)
		}
		name.Text, value.Text = append(name.Text, n), append(value.Text, text)
	}
	return table.Table{Title: "features", Cols: []table.Col{name, value}}.Show()
}

// Resample returns the trace through the samples y at the ascending times t (ms),
// interpolated linearly at steps of dt (ms) from t[0] on. An error names what
// makes no sense.
func Resample(t, y []float64, dt float64) (neuro.Trace, error) {
	v := neuro.Trace{Name: "V", Unit: "mV", Dt: dt}
	if len(t) != len(y) || len(t) < 2 || !(dt > 0) {
		return v, fmt.Errorf("neuron: Resample: t has %d and y %d values, dt is %g ms; there must be as many of both, two or more, and dt must be positive", len(t), len(y), dt)
	}
	for k := 1; k < len(t); k++ {
		if !(t[k] > t[k-1]) || math.IsInf(t[k], 0) {
			return v, fmt.Errorf("neuron: Resample: t[%d] is %g ms after %g ms; times must ascend and be finite", k, t[k], t[k-1])
		}
	}
	if q := (t[len(t)-1] - t[0]) / dt; q > most {
		return v, fmt.Errorf("neuron: Resample: %.3g steps; at most %d can be held", q, most)
	}
	v.T0 = t[0]
	k := 1
	for i := 0; ; i++ {
		x := v.At(i)
		if x > t[len(t)-1] {
			return v, nil
		}
		for k < len(t)-1 && t[k] < x {
			k++
		}
		v.Y = append(v.Y, y[k-1]+float64((y[k]-y[k-1])*((x-t[k-1])/(t[k]-t[k-1]))))
	}
}

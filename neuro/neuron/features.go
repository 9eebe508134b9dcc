package neuron

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Features are what is measured on the trace of a membrane potential, under the
// names that the field uses since eFEL of the Blue Brain Project. FeatureNames has all
// names with their units and what each needs.
type Features struct {
	Names  []string
	Values [][]float64 // of each name: one per spike or interval, or one number
}

// FeatureOptions are the settings of the measurement. A zero value means its default,
// except where the comment says otherwise.
type FeatureOptions struct {
	Threshold           float64 `unit:"mV"`    // what a spike rises above, -20
	DerivativeThreshold float64 `unit:"mV/ms"` // dV/dt at which a spike begins, 10
	DownThreshold       float64 `unit:"mV/ms"` // dV/dt at which a spike has ended after its fall, -12
	DerivativeWindow    int     // samples for which dV/dt stays above, 3
	StepOnly            bool    // only spikes during the step count (eFEL: strict_stiminterval)
	FirstISI            bool    // the first interval counts as the others do (eFEL: ignore_first_ISI = 0)

	RiseStart, RiseEnd float64 // part of the amplitude between which AP_rise_time lasts, 0 and 1
	PhaseSlopeRange    int     // samples on each side of the begin for AP_phaseslope, 2
	SlowAHP            float64 `unit:"ms"` // from when on after a spike the slow AHP is looked for, 5

	SpikeSkip         float64 // part of the spikes that adaptation_index leaves out, 0.1
	MostSkipped       int     // and how many at most, 2
	InitialPart       float64 // part of the step in which number_initial_spikes counts, 0.1
	BurstFactor       float64 // of burst_number and its kin, 1.5
	StrictBurstFactor float64 // of strict_burst_number, burst_begin_indices and theirs, 2
	InitialBurst      float64 `unit:"Hz"` // rate of the initial burst, 50
	InitialBurstFrom  float64 `unit:"ms"` // after it, initburst_sahp is looked for from here, 5
	InitialBurstTo    float64 `unit:"ms"` // up to here, 100

	BaseStart, BaseEnd float64      // part of the time before the step that the base is taken from, 0.9 to 1
	BaseMedian         bool         // the base is a median, not a mean
	DecayStart         float64      `unit:"ms"` // decay_time_constant_after_stim is fitted from here after the step, 1
	DecayEnd           float64      `unit:"ms"` // up to here, 10
	Steps              [][2]float64 `unit:"ms"` // begins and ends of several steps, for multiple_decay_time_constant_after_stim
	EndSkip            int          // samples before the end of the step that inactivation_time_constant leaves out, 10

	StepCurrent float64     `unit:"nA"` // for ohmic_input_resistance, MOhm
	Current     neuro.Trace // injected, sampled as the potential is, for impedance and current_base
	ImpedanceTo float64     `unit:"Hz"` // highest frequency at which impedance looks, 50
}

// NewFeatureOptions returns eFEL's settings.
func NewFeatureOptions() FeatureOptions {
	return FeatureOptions{
		Threshold: -20, DerivativeThreshold: 10, DownThreshold: -12, DerivativeWindow: 3,
		RiseEnd: 1, PhaseSlopeRange: 2, SlowAHP: 5,
		SpikeSkip: 0.1, MostSkipped: 2, InitialPart: 0.1, BurstFactor: 1.5, StrictBurstFactor: 2,
		InitialBurst: 50, InitialBurstFrom: 5, InitialBurstTo: 100,
		BaseStart: 0.9, BaseEnd: 1, DecayStart: 1, DecayEnd: 10, EndSkip: 10, ImpedanceTo: 50,
	}
}

// MeasureFeatures measures a trace of the membrane potential (mV) under a step of
// current from on to off (ms), with eFEL's settings; FeatureOptions.Measure does so
// with others. A spike is an excursion above -20 mV; it begins at the last sample
// before the peak from which dV/dt (central differences) is 10 mV/ms or more for
// three samples, and ends where dV/dt is above -12 mV/ms again after the fall. Traces
// of unequal or coarse steps are resampled first, 0.1 ms being usual (Resample).
//
// FeatureNames lists what is measured. The most used ones:
//
//	peak_time, peak_voltage, AP_begin_time, AP_begin_voltage, AP_amplitude,
//	AP_duration_half_width, AP_rise_time, AHP_depth, fast_AHP: of each spike
//	all_ISI_values, ISI_CV, adaptation_index2, mean_frequency, burst_number
//	voltage_base, steady_state_voltage_stimend, sag_amplitude, time_constant,
//	ohmic_input_resistance (which needs the current of the step)
//
// An error names what makes no sense. Checked against the values that eFEL stores
// beside its test traces, and against eFEL 5.7 on recorded cells.
func MeasureFeatures(v neuro.Trace, on, off float64) (*Features, error) {
	return NewFeatureOptions().Measure(v, on, off)
}

// Measure measures the features of a trace (mV) under a step of current from on to
// off (ms); see MeasureFeatures. Errors: fewer than three samples, values that are
// not finite, a step outside of the trace, options out of range.
func (o FeatureOptions) Measure(v neuro.Trace, on, off float64) (*Features, error) {
	switch {
	case len(v.Y) < 3 || !(v.Dt > 0):
		return nil, fmt.Errorf("neuron: MeasureFeatures: the trace has %d samples at steps of %g ms; it must have three or more, at positive steps", len(v.Y), v.Dt)
	case !(on < off) || on < v.T0 || off > v.At(len(v.Y)-1)+v.Dt:
		return nil, fmt.Errorf("neuron: MeasureFeatures: the step lasts from %g to %g ms; it must lie in the trace, %g to %g ms", on, off, v.T0, v.At(len(v.Y)-1))
	}
	if err := allFinite(v); err != nil {
		return nil, err
	}
	o, err := o.complete(v)
	if err != nil {
		return nil, err
	}
	m := &measurement{v: v, on: on, off: off, o: o, f: &Features{}}
	m.find()
	m.shapes()
	m.widths()
	m.afterwards()
	m.counts()
	m.intervals()
	m.medianBursts()
	m.strictBursts()
	m.base()
	m.constants()
	m.exponentials()
	m.single()
	return m.f, nil
}

func allFinite(v neuro.Trace) error {
	for k, y := range v.Y {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return fmt.Errorf("neuron: MeasureFeatures: the trace is %g at %g ms; it must be finite", y, v.At(k))
		}
	}
	return nil
}

// complete returns the options with defaults for zeros, checked.
func (o FeatureOptions) complete(v neuro.Trace) (FeatureOptions, error) {
	d := NewFeatureOptions()
	for _, x := range []struct{ at, def *float64 }{
		{&o.Threshold, &d.Threshold}, {&o.DerivativeThreshold, &d.DerivativeThreshold}, {&o.DownThreshold, &d.DownThreshold},
		{&o.RiseEnd, &d.RiseEnd}, {&o.SlowAHP, &d.SlowAHP}, {&o.SpikeSkip, &d.SpikeSkip}, {&o.InitialPart, &d.InitialPart},
		{&o.BurstFactor, &d.BurstFactor}, {&o.StrictBurstFactor, &d.StrictBurstFactor}, {&o.InitialBurst, &d.InitialBurst},
		{&o.InitialBurstFrom, &d.InitialBurstFrom}, {&o.InitialBurstTo, &d.InitialBurstTo}, {&o.BaseStart, &d.BaseStart},
		{&o.BaseEnd, &d.BaseEnd}, {&o.DecayStart, &d.DecayStart}, {&o.DecayEnd, &d.DecayEnd}, {&o.ImpedanceTo, &d.ImpedanceTo},
	} {
		if *x.at == 0 {
			*x.at = *x.def
		}
		if math.IsNaN(*x.at) || math.IsInf(*x.at, 0) {
			return o, fmt.Errorf("neuron: MeasureFeatures: an option is %g; options must be finite", *x.at)
		}
	}
	for _, x := range []struct{ at, def *int }{
		{&o.DerivativeWindow, &d.DerivativeWindow}, {&o.PhaseSlopeRange, &d.PhaseSlopeRange}, {&o.MostSkipped, &d.MostSkipped}, {&o.EndSkip, &d.EndSkip},
	} {
		if *x.at == 0 {
			*x.at = *x.def
		}
		if *x.at < 0 {
			return o, fmt.Errorf("neuron: MeasureFeatures: an option is %d samples or spikes; it must not be negative", *x.at)
		}
	}
	last := v.At(len(v.Y) - 1)
	for _, s := range o.Steps {
		if !(s[0] < s[1]) || s[0] < v.T0 || s[1]+o.DecayEnd > last {
			return o, fmt.Errorf("neuron: MeasureFeatures: one of Steps lasts from %g to %g ms; it must lie in the trace, %g to %g ms, with the %g ms after it that are fitted", s[0], s[1], v.T0, last, o.DecayEnd)
		}
	}
	switch {
	case o.SpikeSkip < 0 || o.SpikeSkip >= 1 || o.InitialPart < 0 || o.InitialPart >= 1:
		return o, fmt.Errorf("neuron: MeasureFeatures: SpikeSkip is %g and InitialPart %g; both are parts, at least 0 and below 1", o.SpikeSkip, o.InitialPart)
	case !(o.BaseStart < o.BaseEnd) || !(o.DecayStart < o.DecayEnd) || !(o.RiseStart < o.RiseEnd) || !(o.InitialBurstFrom < o.InitialBurstTo):
		return o, fmt.Errorf("neuron: MeasureFeatures: the base is taken from %g to %g, the decay from %g to %g ms, the rise from %g to %g, the slow AHP from %g to %g ms; each must begin before it ends", o.BaseStart, o.BaseEnd, o.DecayStart, o.DecayEnd, o.RiseStart, o.RiseEnd, o.InitialBurstFrom, o.InitialBurstTo)
	case len(o.Current.Y) > 0 && (len(o.Current.Y) != len(v.Y) || o.Current.Dt != v.Dt || o.Current.T0 != v.T0):
		return o, fmt.Errorf("neuron: MeasureFeatures: the current has %d samples at steps of %g ms from %g ms, the potential %d at %g ms from %g ms; they must be sampled alike", len(o.Current.Y), o.Current.Dt, o.Current.T0, len(v.Y), v.Dt, v.T0)
	}
	return o, allFinite(o.Current)
}

// Get returns the values of a feature, nothing when it is not defined for this trace.
func (f *Features) Get(name string) []float64 {
	for i, n := range f.Names {
		if n == name {
			return f.Values[i]
		}
	}
	return nil
}

// Value returns the values of a feature; the error says what a feature needs that is
// not defined for this trace, or that no feature has the name.
func (f *Features) Value(name string) ([]float64, error) {
	if x := f.Get(name); x != nil {
		return x, nil
	}
	near := ""
	for _, n := range featureNames {
		switch {
		case n.Name == name:
			return nil, fmt.Errorf("neuron: %s is not defined for this trace: it needs %s", name, n.Needs)
		case near == "" && (strings.EqualFold(n.Name, name) || strings.Contains(n.Name, name)):
			near = "; did you mean " + n.Name + "?"
		}
	}
	return nil, fmt.Errorf("neuron: no feature is called %q%s (FeatureNames lists them)", name, near)
}

// Show returns the features as a table.
func (f *Features) Show() display.Bundle {
	name, unit, value := table.Col{Name: "feature"}, table.Col{Name: "unit"}, table.Col{Name: "value"}
	units := map[string]string{}
	for _, n := range featureNames {
		units[n.Name] = n.Unit
	}
	for i, n := range f.Names {
		text := ""
		for k, x := range f.Values[i] {
			if k > 0 {
				text += ", "
			}
			text += display.Number(x)
		}
		name.Text, unit.Text, value.Text = append(name.Text, n), append(unit.Text, units[n]), append(value.Text, text)
	}
	return table.Table{Title: "features", Cols: []table.Col{name, value, unit}}.Show()
}

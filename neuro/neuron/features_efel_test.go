package neuron_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/abf"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/neuron"
)

// An efelCase is what eFEL measured on a trace with settings of its own.
type efelCase struct {
	Trace         string
	On, Off, Step float64
	Settings      map[string]any
	Extra         map[string][]float64
	Values        map[string][]float64
}

// options are the case's settings under our names.
func (c efelCase) options(t *testing.T) neuron.FeatureOptions {
	o := neuron.NewFeatureOptions()
	for name, value := range c.Settings {
		x, _ := value.(float64)
		switch name {
		case "Threshold":
			o.Threshold = x
		case "DerivativeThreshold":
			o.DerivativeThreshold = x
		case "DownDerivativeThreshold":
			o.DownThreshold = x
		case "DerivativeWindow":
			o.DerivativeWindow = int(x)
		case "strict_stiminterval":
			o.StepOnly = value.(bool)
		case "ignore_first_ISI":
			o.FirstISI = !value.(bool)
		case "burst_factor":
			o.BurstFactor = x
		case "strict_burst_factor":
			o.StrictBurstFactor = x
		case "sahp_start":
			o.SlowAHP = x
		case "rise_start_perc":
			o.RiseStart = x
		case "rise_end_perc":
			o.RiseEnd = x
		case "AP_phaseslope_range":
			o.PhaseSlopeRange = int(x)
		case "voltage_base_mode":
			o.BaseMedian = value == "median"
		case "voltage_base_start_perc":
			o.BaseStart = x
		case "voltage_base_end_perc":
			o.BaseEnd = x
		case "initburst_freq_threshold":
			o.InitialBurst = x
		case "initial_perc":
			o.InitialPart = x
		case "spike_skipf":
			o.SpikeSkip = x
		case "max_spike_skip":
			o.MostSkipped = int(x)
		default:
			t.Fatalf("there is no option for %s", name)
		}
	}
	if x := c.Extra["stimulus_current"]; x != nil {
		o.StepCurrent = x[0]
	}
	if x := c.Extra["decay_start_after_stim"]; x != nil {
		o.DecayStart, o.DecayEnd = x[0], c.Extra["decay_end_after_stim"][0]
	}
	for i, on := range c.Extra["multi_stim_start"] {
		o.Steps = append(o.Steps, [2]float64{on, c.Extra["multi_stim_end"][i]})
	}
	return o
}

// trace reads or makes the trace of the case, and a current where it has one.
func (c efelCase) trace(t *testing.T) (v, i neuro.Trace) {
	var x, y []float64
	made := func(n int, f func(s float64) float64) {
		for k := range n {
			x, y = append(x, float64(k)/8), append(y, f(float64(k)/8-c.On))
		}
	}
	switch name, sweep, recorded := strings.Cut(c.Trace, " "); {
	case recorded:
		r, err := abf.Read(golden.Shared(t, "data/fetched/pyABF/"+name+".abf"))
		if err != nil {
			t.Fatal(err)
		}
		var k int
		fmt.Sscan(sweep, &k)
		y = r.Channels[0].Sweeps[k]
		for k := range y {
			x = append(x, float64(k)/(r.FS/1000))
		}
	case name == "sag":
		end := -70 - 20*(1-vec.Exp(-500.0/15)) + 8*(1-vec.Exp(-500.0/60))
		made(8001, func(s float64) float64 {
			switch {
			case s < 0:
				return -70
			case s < 500:
				return -70 - 20*(1-vec.Exp(-s/15)) + 8*(1-vec.Exp(-s/60))
			}
			return -70 + (end+70)*vec.Exp(-(s-500)/20)
		})
	case name == "channel":
		made(1601, func(s float64) float64 {
			s = max(s, 0)
			return 5 * (1 - vec.Exp(-s/2)) * vec.Exp(-s/30)
		})
	case name == "rising":
		made(1601, func(s float64) float64 { return 3 * (1 - vec.Exp(-max(s, 0)/7)) })
	case name == "zap":
		made(32001, func(s float64) float64 {
			if s < 0 {
				return 0
			}
			return 0.1 * vec.Sin(2*math.Pi*(s+c.On)*(s+c.On)*1e-5/8)
		})
		i = neuro.Trace{Dt: c.Step, Y: append([]float64(nil), y...)}
		w, u := 0.0, 0.0
		for k := range y {
			was := u
			if k > 0 {
				u += c.Step * (-0.05*u - w + i.Y[k-1])
				w += c.Step * 0.01 * (0.3*was - w)
			}
			y[k] = u - 70
		}
	case strings.Contains(name, "9581") || strings.Contains(name, "9582"):
		x, y = efelTrace(t, name+".abf.csv")
	default:
		x, y = efelTrace(t, name+".txt")
	}
	v, err := neuron.Resample(x, y, c.Step)
	if err != nil {
		t.Fatal(err)
	}
	if last := len(v.Y) - 1; v.At(last) < x[len(x)-1] {
		v.Y = append(v.Y, y[len(y)-1]) // eFEL goes on for one sample after the data
	}
	return v, i
}

// TestFeaturesPeer holds all names of eFEL 5.7 on its traces, on recorded cells and on
// made ones, with its settings and with others.
func TestFeaturesPeer(t *testing.T) {
	var cases []efelCase
	golden.JSON(t, golden.Path(t, "neuron/features.json"), &cases)
	seen := map[string]bool{}
	for n, c := range cases {
		v, i := c.trace(t)
		o := c.options(t)
		o.Current = i
		f, err := o.Measure(v, c.On, c.Off)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range neuron.FeatureNames() {
			got, w := f.Get(name.Name), c.Values[name.Name]
			if differs(c.Trace, name.Name) != "" && !(n < 3 && name.Name == "irregularity_index") {
				continue
			}
			tol := 1e-6
			if strings.HasSuffix(name.Name, "activation_time_constant") {
				tol = 1e-4 // SciPy's fit stops before it is at the minimum
			}
			if len(got) != len(w) {
				t.Errorf("%d %s: %s: %.10g, want %.10g", n, c.Trace, name.Name, got, w)
				continue
			}
			for k := range w {
				if !(math.Abs(got[k]-w[k]) <= tol*math.Max(1, math.Abs(w[k]))) {
					t.Errorf("%d %s: %s[%d] is %.10g, want %.10g", n, c.Trace, name.Name, k, got[k], w[k])
					break
				}
			}
			seen[name.Name] = seen[name.Name] || len(w) > 0
		}
	}
	for _, name := range neuron.FeatureNames() {
		if !seen[name.Name] {
			t.Errorf("%s is defined for none of the traces", name.Name)
		}
	}
}

// differs tells why a feature is not held against eFEL on a trace.
func differs(trace, name string) string {
	early := map[string]bool{"spontaneous": true, "AP_begin_indices_95810005": true, "zero_ISI_log_slope_skip95824004": true,
		"2019_07_24_0055_fsi 0": true, "2019_07_24_0055_fsi 4": true, "2019_07_24_0055_fsi 7": true}[trace]
	switch name {
	case "activation_time_constant":
		if trace != "channel" && trace != "rising" {
			return "nothing activates; SciPy's fit ends in a local minimum or where it began"
		}
	case "deactivation_time_constant", "inactivation_time_constant":
		if trace != "channel" && trace != "sag" {
			return "nothing deactivates; SciPy's fit ends in a local minimum or where it began"
		}
	case "AP_rise_indices", "AP_fall_indices", "AP_duration_half_width", "AP_duration_half_width_change", "fast_AHP", "fast_AHP_change":
		if early {
			return "where spikes come before the step, eFEL pairs a begin with another spike's peak"
		}
	case "AP_begin_width", "AP1_begin_width", "AP2_begin_width", "AP2_AP1_begin_width_diff":
		if trace == "2019_07_24_0055_fsi 4" || trace == "testdbdata" {
			return "eFEL gives none where one spike has no begin"
		}
	case "AP_amplitude", "AP_amplitude_change", "AP_amplitude_diff", "AP1_amp", "AP2_amp", "APlast_amp", "AP2_AP1_diff", "mean_AP_amplitude":
		if trace == "testdbdata" {
			return "eFEL gives none where one spike has no begin"
		}
	case "irregularity_index", "ISI_semilog_slope":
		if trace == "testdata" || trace == "zero_ISI_log_slope_skip95824004" || trace == "2019_07_24_0055_fsi 0" {
			return "of a single interval eFEL gives NaN or a slope"
		}
	case "mean_frequency":
		if strings.HasSuffix(trace, " 0") {
			return "without a spike in the step eFEL gives -0"
		}
	case "decay_time_constant_after_stim":
		if trace == "rising" {
			return "nothing decays"
		}
	}
	return ""
}

package spikes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
)

// odd are trains that are not as a train should be, or hardly one.
var odd = []struct {
	name string
	s    neuro.Spikes
}{
	{"empty", nil},
	{"one spike", neuro.Spikes{5}},
	{"two at one time", neuro.Spikes{5, 5}},
	{"ties", neuro.Spikes{1, 1, 2, 5, 5, 9}},
	{"negative", neuro.Spikes{-3, -1, 4, 8}},
	{"unsorted", neuro.Spikes{3, 1, 2}},
	{"NaN", neuro.Spikes{1, math.NaN(), 2}},
	{"infinite", neuro.Spikes{1, 2, math.Inf(1)}},
}

// handling says what each function makes of odd trains, in their order: o a result, e an
// error, n NaN. Those that are no trains, the last three, are errors for all with an error.
var handling = map[string]struct {
	want string
	call func(s neuro.Spikes) error
}{
	"ISI":              {"oooooooo", func(s neuro.Spikes) error { ISI(s); return nil }},
	"CV":               {"eeeooeee", func(s neuro.Spikes) error { _, err := CV(s); return err }},
	"LV":               {"eeeooeee", func(s neuro.Spikes) error { _, err := LV(s); return err }},
	"CV2":              {"eeeooeee", func(s neuro.Spikes) error { _, err := CV2(s); return err }},
	"LvR":              {"eeeooeee", func(s neuro.Spikes) error { _, err := LvR(s, 5); return err }},
	"ISIHistogram":     {"eeoooeee", func(s neuro.Spikes) error { _, err := ISIHistogram(s, 1, 10); return err }},
	"Rate":             {"oooooeee", func(s neuro.Spikes) error { _, err := Rate(s, 1, 0, 10); return err }},
	"PSTH":             {"oooooeee", func(s neuro.Spikes) error { _, err := PSTH([]neuro.Spikes{s, {1}}, 1, 0, 10); return err }},
	"Fano":             {"oooooeee", func(s neuro.Spikes) error { _, err := Fano([]neuro.Spikes{s, {1}}, 0, 10); return err }},
	"KernelRate":       {"oooooeee", func(s neuro.Spikes) error { _, err := KernelRate(s, 1, 0, 10, KernelOptions{Sigma: 2}); return err }},
	"KernelRates":      {"oooooeee", func(s neuro.Spikes) error { _, err := KernelRates(raster(s), 1, KernelOptions{Sigma: 2}); return err }},
	"Bandwidth":        {"eeeooeee", func(s neuro.Spikes) error { _, err := Bandwidth(s); return err }},
	"OptimalBin":       {"eooooeee", func(s neuro.Spikes) error { _, err := OptimalBin([]neuro.Spikes{s}, 0, 10, 5); return err }},
	"AdaptiveRate":     {"oooooeee", func(s neuro.Spikes) error { _, err := AdaptiveRate(s, 1, 0, 10, 2); return err }},
	"LocalRate":        {"eeeooeee", func(s neuro.Spikes) error { _, err := LocalRate(s, 1, -10, 10); return err }},
	"CrossCorrelogram": {"eooooeee", func(s neuro.Spikes) error { _, err := CrossCorrelogram(neuro.Spikes{2}, s, 1, 5); return err }},
	"AutoCorrelogram":  {"eooooeee", func(s neuro.Spikes) error { _, err := AutoCorrelogram(s, 1, 5); return err }},
	"Correlogram":      {"oooooeee", func(s neuro.Spikes) error { _, err := Correlogram(neuro.Spikes{2}, s, NewCorrelogram()); return err }},
	"CorrelogramTest": {"eooooeee", func(s neuro.Spikes) error {
		_, err := CorrelogramTest(neuro.Spikes{2}, s, 1, 5, 0, SurrogateOptions{N: 39, T1: 10})
		return err
	}},
	"ShiftPredictor": {"oooooeee", func(s neuro.Spikes) error {
		_, err := ShiftPredictor([]neuro.Spikes{s, {1}}, []neuro.Spikes{{1}, {2}}, 1, 5)
		return err
	}},
	"STTC":          {"eooooeee", func(s neuro.Spikes) error { _, err := STTC(s, neuro.Spikes{4}, 1, 0, 10); return err }},
	"ISIDistance":   {"oooooeee", func(s neuro.Spikes) error { _, err := ISIDistance(s, neuro.Spikes{4}, 0, 10); return err }},
	"SpikeDistance": {"oooooeee", func(s neuro.Spikes) error { _, err := SpikeDistance(s, neuro.Spikes{4}, 0, 10); return err }},
	"SpikeSync":     {"oooooeee", func(s neuro.Spikes) error { _, err := SpikeSync(neuro.Spikes{4}, s, 0, 10); return err }},
	"VictorPurpura": {"oooooonn", func(s neuro.Spikes) error { return nan(VictorPurpura(s, neuro.Spikes{4}, 1)) }},
	"VanRossum":     {"oooooonn", func(s neuro.Spikes) error { return nan(VanRossum(neuro.Spikes{4}, s, 1)) }},
	"Matrix": {"oooooeee", func(s neuro.Spikes) error {
		for _, m := range pairingNames {
			if _, err := Matrix(raster(s), m, map[bool]float64{true: 1}[pairings[m].unit != ""]); err != nil {
				return err
			}
		}
		return nil
	}},
	"CountCorrelation": {"oooooeee", func(s neuro.Spikes) error { _, err := CountCorrelation(raster(s), 1); return err }},
	"FindBursts": {"oooooeee", func(s neuro.Spikes) error {
		for _, m := range []string{"max-interval", "log-isi", "poisson-surprise", "rank-surprise"} {
			if _, err := FindBursts(s, BurstOptions{Method: m}); err != nil {
				return err
			}
		}
		return nil
	}},
	"UnitaryEvents": {"oooooeee", func(s neuro.Spikes) error {
		_, err := UnitaryEvents([]neuro.Raster{raster(s)}, UnitaryOptions{Bin: 1, Window: 10})
		return err
	}},
	"Surrogate": {"oooooeee", func(s neuro.Spikes) error {
		for _, m := range surrogateMethods {
			if _, err := Surrogate(s, SurrogateOptions{Method: m, T1: 10}); err != nil {
				return err
			}
		}
		return nil
	}},
	"SurrogateTrials": {"oooooeee", func(s neuro.Spikes) error {
		_, err := SurrogateTrials([]neuro.Spikes{s, {1}}, SurrogateOptions{T1: 10})
		return err
	}},
	"SurrogateTest": {"oooooeee", func(s neuro.Spikes) error {
		_, err := SurrogateTest(s, func(s neuro.Spikes) float64 { return float64(len(s)) }, SurrogateOptions{T1: 10, N: 9})
		return err
	}},
	"PopulationRate": {"oooooeee", func(s neuro.Spikes) error { _, err := PopulationRate(raster(s), 1, 2); return err }},
}

func raster(s neuro.Spikes) neuro.Raster {
	return neuro.Raster{Trains: []neuro.Spikes{{2, 6}, s}, T1: 10}
}

type notANumber struct{}

func (notANumber) Error() string { return "NaN" }

func nan(v float64) error {
	if math.IsNaN(v) {
		return notANumber{}
	}
	return nil
}

func TestHandlingOfOddTrains(t *testing.T) {
	for name, h := range handling {
		for i, c := range odd {
			before := append(neuro.Spikes(nil), c.s...)
			err := h.call(c.s)
			got := "o"
			switch {
			case err == error(notANumber{}):
				got = "n"
			case err != nil:
				got = "e"
				if !strings.HasPrefix(err.Error(), "spikes: "+name+": ") {
					t.Errorf("%s of a train that is %s: error %q does not begin with the function", name, c.name, err)
				}
				if i >= 5 && !strings.Contains(err.Error(), "spike 1 ") && !strings.Contains(err.Error(), "spike 2 ") {
					t.Errorf("%s of a train that is %s: error %q does not name the spike", name, c.name, err)
				}
			}
			if got != h.want[i:i+1] {
				t.Errorf("%s of a train that is %s gives %s, want %s (%v)", name, c.name, got, h.want[i:i+1], err)
			}
			for k := range before {
				if math.Float64bits(before[k]) != math.Float64bits(c.s[k]) {
					t.Fatalf("%s changes its argument", name)
				}
			}
		}
	}
}

// TestHandlingIsComplete wants every function of trains in these files to be in the table.
func TestHandlingIsComplete(t *testing.T) {
	for _, file := range []string{"intervals", "rate", "kernel", "bandwidth", "local", "correlogram", "significance", "sttc", "kreuz", "distance", "matrix",
		"bursts", "unitary", "surrogate", "population"} {
		f, err := parser.ParseFile(token.NewFileSet(), file+".go", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || len(fn.Type.Params.List) == 0 {
				continue
			}
			if _, ok := handling[fn.Name.Name]; !ok {
				t.Errorf("%s.go: %s is not in the table", file, fn.Name.Name)
			}
		}
	}
}

// Numbers that are no parameters.
func TestBadParametersOfTrains(t *testing.T) {
	nan, s := math.NaN(), neuro.Spikes{1, 2, 4, 8}
	o := CorrelatedOptions{N: 2, Rate: 10, T1: 100}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"kernel", func() error { _, err := KernelRate(s, 1, 0, 10, KernelOptions{Kernel: "box", Sigma: 1}); return err }, `Kernel "box" is not known; allowed are gaussian`},
		{"ends", func() error { _, err := KernelRate(s, 1, 0, 10, KernelOptions{Ends: "x", Sigma: 1}); return err }, `Ends "x" is not known`},
		{"ends of another kernel", func() error {
			_, err := KernelRate(s, 1, 0, 10, KernelOptions{Kernel: "alpha", Ends: "corrected", Sigma: 1})
			return err
		}, `goes with the kernel "gaussian"`},
		{"sigma", func() error { _, err := KernelRate(s, 1, 0, 10, KernelOptions{Sigma: -1}); return err }, "Sigma is -1 ms"},
		{"cutoff", func() error { _, err := KernelRate(s, 1, 0, 10, KernelOptions{Sigma: 1, Cutoff: nan}); return err }, "Cutoff is NaN"},
		{"no bandwidth", func() error { _, err := KernelRate(s[:2], 1, 0, 10, NewKernel()); return err }, "s has 2 different times; a bandwidth needs 3"},
		{"partial", func() error { _, err := KernelRate(s, 3, 0, 10, KernelOptions{Sigma: 1}); return err }, "whole bins are needed"},
		{"refractory", func() error { _, err := LvR(s, -1); return err }, "refractory is -1 ms"},
		{"measure", func() error { _, err := Matrix(raster(s), "euclid", 0); return err }, `measure "euclid" is not known; allowed are victor-purpura`},
		{"scale", func() error { _, err := Matrix(raster(s), "spike", 3); return err }, "scale is 3"},
		{"cost", func() error { _, err := Matrix(raster(s), "victor-purpura", -1); return err }, "cost is -1 1/ms"},
		{"tau", func() error { _, err := Matrix(raster(s), "van-rossum", 0); return err }, "tau is 0 ms"},
		{"one bin", func() error { _, err := CountCorrelation(raster(s), 10); return err }, "is one bin"},
		{"norm", func() error { _, err := Correlogram(s, s, CorrelogramOptions{Norm: "x"}); return err }, `Norm "x" is not known`},
		{"coefficient", func() error { _, err := Correlogram(s, s, CorrelogramOptions{Norm: "coefficient"}); return err }, "set Binned"},
		{"lags", func() error { _, err := Correlogram(s, s, CorrelogramOptions{Bin: 3, Window: 10}); return err }, "whole number of bins"},
		{"level", func() error { _, err := CorrelogramTest(s, s, 1, 5, 0.01, SurrogateOptions{N: 99}); return err }, "level is 0.01 with 99 surrogates"},
		{"method", func() error { _, err := Surrogate(s, SurrogateOptions{Method: "x"}); return err }, `Method "x" is not known; allowed are jitter`},
		{"width", func() error { _, err := Surrogate(s, SurrogateOptions{Width: -1}); return err }, "Width is -1 ms"},
		{"window", func() error { _, err := Surrogate(s, SurrogateOptions{T0: 5, T1: 4}); return err }, "t1 must be above t0"},
		{"trials", func() error { _, err := SurrogateTrials(nil, SurrogateOptions{}); return err }, "trials is empty"},
		{"NaN measure", func() error {
			_, err := SurrogateTest(s, func(neuro.Spikes) float64 { return nan }, SurrogateOptions{})
			return err
		}, "is NaN"},
		{"unequal trials", func() error { _, err := ShiftPredictor([]neuro.Spikes{s, s}, []neuro.Spikes{s}, 1, 5); return err }, "a has 2 and b 1 trials"},
		{"burst method", func() error { _, err := FindBursts(s, BurstOptions{Method: "x"}); return err }, `Method "x"`},
		{"burst limit", func() error { _, err := FindBursts(s, BurstOptions{Gap: -1}); return err }, "Gap is -1"},
		{"no trials", func() error { _, err := UnitaryEvents(nil, UnitaryOptions{}); return err }, "trials is empty"},
		{"one cell", func() error {
			_, err := UnitaryEvents([]neuro.Raster{{Trains: []neuro.Spikes{s}, T1: 100}}, UnitaryOptions{})
			return err
		}, "has 1 cells"},
		{"pattern", func() error {
			_, err := UnitaryEvents([]neuro.Raster{raster(s)}, UnitaryOptions{Bin: 1, Window: 5, Pattern: []bool{true}})
			return err
		}, "Pattern has 1 values with 2 cells"},
		{"window of bins", func() error {
			_, err := UnitaryEvents([]neuro.Raster{raster(s)}, UnitaryOptions{Bin: 1, Window: 5.5})
			return err
		}, "Window is 5.5 ms with bins of 1 ms"},
		{"other trial", func() error {
			_, err := UnitaryEvents([]neuro.Raster{raster(s), {T1: 3}}, UnitaryOptions{Bin: 1, Window: 5})
			return err
		}, "trials[1] has 0 cells from 0 to 3 ms"},
		{"split", func() error { _, _, err := Split([]float64{1}, nil); return err }, "times has 1 and units 0 values"},
		{"split NaN", func() error { _, _, err := Split([]float64{1, nan}, []int{1, 1}); return err }, "times[1] is NaN"},
		{"rate", func() error { _, err := Poisson(-1, 0, 10, 0, 1); return err }, "rate is -1 Hz"},
		{"too many", func() error { _, err := Poisson(1e9, 0, 1e9, 0, 1); return err }, "at most"},
		{"dead time", func() error { _, err := Poisson(100, 0, 10, 10, 1); return err }, "refractory is 10 ms at 100 Hz"},
		{"trace", func() error { _, err := PoissonRate(neuro.Trace{Dt: 1, Y: []float64{1, nan}}, 0, 1); return err }, "NaN Hz at sample 1"},
		{"Dt", func() error { _, err := PoissonRate(neuro.Trace{Y: []float64{1}}, 0, 1); return err }, "Dt of the rate is 0"},
		{"shape", func() error { _, err := Gamma(1, 0, 0, 10, 1); return err }, "shape is 0"},
		{"distribution", func() error { _, err := Renewal("weibull", 1, 1, 0, 10, 1); return err }, `"weibull" is not known`},
		{"cv", func() error { _, err := Renewal("gamma", 1, -1, 0, 10, 1); return err }, "cv is -1"},
		{"weights", func() error { _, err := Hawkes([]float64{1}, [][]float64{{1}}, 5, 0, 10, 1); return err }, "eigenvalue"},
		{"rows", func() error { _, err := Hawkes([]float64{1}, [][]float64{{0, 1}}, 5, 0, 10, 1); return err }, "weight[0] has 2 values"},
		{"common", func() error { _, err := SingleInteraction(11, o); return err }, "common is 11 Hz"},
		{"correlation", func() error { _, err := MultipleInteraction(0, o); return err }, "correlation is 0"},
		{"amplitudes", func() error { _, err := CompoundPoisson([]float64{0, 0.5, 0.4}, o); return err }, "sum to 0.9"},
		{"few amplitudes", func() error { _, err := CompoundPoisson([]float64{1}, o); return err }, "amplitude has 1 values"},
		{"no trains", func() error { _, err := SingleInteraction(1, CorrelatedOptions{T1: 1}); return err }, "N is 0 trains"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "spikes: ") {
			t.Errorf("%s: error %v does not say %q", c.name, err, c.want)
		}
	}
}

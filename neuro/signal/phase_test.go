package signal

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestConnectivityIsMNEs(t *testing.T) {
	var g map[string]any
	golden.JSON(t, golden.Shared(t, "golden/signals/connectivity.json"), &g)
	list := func(v any) (out []float64) {
		for _, x := range v.([]any) {
			out = append(out, x.(float64))
		}
		return out
	}
	var trials [][][]float64
	for _, trial := range g["epochs_trial_ch_time"].([]any) {
		var x [][]float64
		for _, s := range trial.([]any) {
			x = append(x, list(s))
		}
		trials = append(trials, x)
	}
	names := map[string]string{"pli2": "pli2_unbiased", "wpli2": "wpli2_debiased"}
	for _, mode := range []string{"fourier", "multitaper"} {
		all, err := ConnectivityOverTrials(trials, 250, ConnectivityOptions{Measures: connectivityMeasures, Lo: 5, Hi: 30, Spectrum: mode, Bandwidth: 8})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range all {
			golden.Close(t, "frequencies", r.F, list(g[mode+"_freqs"]), 1e-12)
			name := connectivityMeasures[i]
			if names[name] != "" {
				name = names[name]
			}
			for p, want := range g[mode+"_"+name+"_pairs10_20_21_by_freq"].([]any) {
				pair := [][2]int{{0, 1}, {0, 2}, {1, 2}}[p]
				got := append([]float64(nil), r.Of(pair[0], pair[1])...)
				for k := range got {
					switch name { // the peer has the higher channel against the lower one
					case "imcoh":
						got[k] = -got[k]
					case "dpli":
						got[k] = 1 - got[k]
					}
				}
				golden.Close(t, mode+" "+name, got, list(want), 1e-9)
			}
		}
	}
	for _, o := range []ConnectivityOptions{{Measures: []string{"x"}}, {Measures: []string{}}, {Lo: 200, Hi: 300}, {Spectrum: "x"}, {Spectrum: "multitaper", Bandwidth: 0.1}} {
		if _, err := ConnectivityOverTrials(trials, 250, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := ConnectivityOverTrials(trials[:1], 250, ConnectivityOptions{}); err == nil {
		t.Error("one trial is allowed")
	}
}

// Two rhythms with a fixed difference of phase are locked over time, with an
// imaginary part that says how far apart they are.
func TestConnectivityOverTime(t *testing.T) {
	x := rows(3, 4000)
	noise := channels(1, 4000)[0]
	for i := range x[0] {
		a := 2 * math.Pi * 10 * float64(i) / 250
		x[0][i], x[1][i], x[2][i] = math.Sin(a), 2*math.Sin(a-0.7), noise[i]
	}
	all, err := ConnectivityOverTime(x, 250, 8, 12, connectivityMeasures)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1, math.Sin(0.7), 1, 1, 1, 1, 1, 1, 1, 1} {
		if got := all[i].Of(0, 1)[0]; math.Abs(got-want) > 0.01 {
			t.Errorf("%s is %g, want %g", all[i].Measure, got, want)
		}
	}
	if plv := all[2].Of(0, 2)[0]; plv > 0.5 {
		t.Errorf("a rhythm and noise are locked with %g", plv)
	}
	all[2].Plot().Show()
	for _, f := range []func() error{
		func() error { _, err := ConnectivityOverTime(x[:1], 250, 8, 12, nil); return err },
		func() error { _, err := ConnectivityOverTime(x, 250, 12, 8, nil); return err },
		func() error { _, err := ConnectivityOverTime(x, 250, 8, 12, []string{"y"}); return err },
		func() error { _, err := ConnectivityOverTime(nil, 250, 8, 12, nil); return err },
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
}

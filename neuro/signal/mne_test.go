package signal

import (
	"fmt"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// MNE's values at lengths that are odd, prime or short.
func TestMNEAtAnyLength(t *testing.T) {
	var g struct {
		FS            float64
		X             [][][]float64
		Freqs, Cycles []float64
		Multitaper    []struct {
			N                   int
			Bandwidth           float64
			P, Adaptive, Pvalue []float64
			Stat                []float64 `json:"F"`
		}
		Morlet []struct {
			N          int
			Power, ITC [][][]float64
		}
		Connectivity []struct {
			N      int
			Mode   string
			Values [][]float64
		}
	}
	golden.JSON(t, golden.Path(t, "signal/mne.json"), &g)
	first := func(n int) [][][]float64 {
		out := make([][][]float64, len(g.X))
		for i, trial := range g.X {
			for _, x := range trial {
				out[i] = append(out[i], x[:n])
			}
		}
		return out
	}
	for _, c := range g.Multitaper {
		what := fmt.Sprintf("%d samples, bandwidth %g Hz", c.N, c.Bandwidth)
		x := g.X[0][0][:c.N]
		o := MultitaperOptions{Bandwidth: c.Bandwidth}
		s, err := Multitaper(x, g.FS, o)
		if err != nil {
			t.Fatal(what, err)
		}
		golden.Close(t, what, s.P, c.P, 1e-9)
		line, err := FTest(x, g.FS, o)
		if err != nil {
			t.Fatal(what, err)
		}
		golden.Close(t, what+": F", line.Stat, c.Stat, 1e-7)
		golden.Close(t, what+": p", line.P, c.Pvalue, 1e-7)
		o.Adaptive = true
		if s, err = Multitaper(x, g.FS, o); err != nil {
			if len(line.F) > 0 && line.Tapers < 3 {
				continue // the peer falls back to fixed weights
			}
			t.Fatal(what, err)
		}
		golden.Close(t, what+": adaptive", s.P, c.Adaptive, 1e-7)
	}
	for _, c := range g.Morlet {
		power, err := MorletPower(first(c.N), g.FS, g.Freqs, g.Cycles)
		if err != nil {
			t.Fatal(err)
		}
		itc, err := MorletLocking(first(c.N), g.FS, g.Freqs, g.Cycles)
		if err != nil {
			t.Fatal(err)
		}
		for ch := range power {
			for k := range g.Freqs {
				golden.Close(t, fmt.Sprintf("power of %d samples", c.N), every10(power[ch].P[k]), c.Power[ch][k], 1e-9)
				golden.Close(t, fmt.Sprintf("locking of %d samples", c.N), every10(itc[ch].P[k]), c.ITC[ch][k], 1e-9)
			}
		}
	}
	for _, c := range g.Connectivity {
		r, err := ConnectivityOverTrials(first(c.N), g.FS, ConnectivityOptions{Measures: connectivityMeasures, Lo: 5, Hi: 40, Spectrum: c.Mode, Bandwidth: 10})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range r {
			got := append([]float64(nil), m.V[0]...)
			for k := range got {
				switch m.Measure { // the peer has channel 1 against channel 0
				case "imcoh":
					got[k] = -got[k]
				case "dpli":
					got[k] = 1 - got[k]
				}
			}
			golden.Close(t, fmt.Sprintf("%s of %d samples by %s", m.Measure, c.N, c.Mode), got, c.Values[i], 1e-9)
		}
	}
}

func every10(x []float64) (out []float64) {
	for i := 0; i < len(x); i += 10 {
		out = append(out, x[i])
	}
	return out
}

package network

import (
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// TestTransfer holds the response at low frequencies to the slope of Siegert's rate, and
// what is known at high ones: the spectrum is the rate, changes of the noise act at once
// (D1/D), and those of the mean fall with the root of the frequency (Brunel et al. 2001,
// Phys Rev Lett 86:2186).
func TestTransfer(t *testing.T) {
	c := NewSiegert()
	for _, x := range [][2]float64{{15, 5}, {19, 3}, {25, 4}, {10, 8}, {40, 6}} {
		mu, sigma := x[0], x[1]
		r, err := c.Transfer(mu, sigma, []float64{0, 0.5, 1e5, 4e5})
		if err != nil {
			t.Fatal(err)
		}
		const e = 1e-4
		rate := func(mu, sigma float64) float64 { hz, _ := c.Rate(mu, sigma); return hz }
		mean := (rate(mu+e, sigma) - rate(mu-e, sigma)) / (2 * e)
		noise := (rate(mu, sigma+e) - rate(mu, sigma-e)) / (2 * e) / (2 * sigma)
		if one, _ := c.Transfer(mu, sigma, []float64{50}); one.CV != r.CV {
			t.Errorf("CV %g and %g", one.CV, r.CV)
		}
		if got := real(r.Mean[0]); math.Abs(got-mean) > 2e-3*math.Abs(mean) {
			t.Errorf("mu %g, sigma %g: %g Hz/mV, want %g", mu, sigma, got, mean)
		}
		if got := real(r.Variance[0]); math.Abs(got-noise) > 2e-3*math.Abs(noise)+1e-4 {
			t.Errorf("mu %g, sigma %g: %g Hz/mV², want %g", mu, sigma, got, noise)
		}
		if got := r.Spectrum[2]; math.Abs(got-r.Rate) > 1e-3*r.Rate {
			t.Errorf("the spectrum is %g Hz at high frequencies, want the rate %g", got, r.Rate)
		}
		if got := r.Spectrum[0] / r.Rate; math.Abs(got-r.CV*r.CV) > 1e-3*got {
			t.Errorf("the spectrum over the rate is %g at 0, want %g", got, r.CV*r.CV)
		}
		if got, want := cmplx.Abs(r.Variance[3]), r.Rate/(sigma*sigma); math.Abs(got-want) > 0.05*want {
			t.Errorf("noise at high frequencies: %g, want %g", got, want)
		}
		if got := cmplx.Abs(r.Mean[2]) / cmplx.Abs(r.Mean[3]); math.Abs(got-2) > 0.05 {
			t.Errorf("the response to the mean falls by %g in two octaves, want 2", got)
		}
	}
}

// TestTransferNNMT holds the response to that of the toolbox NNMT, which has it in closed
// form by parabolic cylinder functions (testdata/transfer.py).
func TestTransferNNMT(t *testing.T) {
	data, err := os.ReadFile("testdata/transfer.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Mu, Sigma  float64
		TauSyn     float64 `json:"tau_syn"`
		Hz, Re, Im []float64
	}
	if err := json.Unmarshal(data, &list); err != nil || len(list) < 6 {
		t.Fatal(err)
	}
	for _, x := range list {
		c := NewSiegert()
		c.TauSyn, c.Refractory = x.TauSyn, 0
		r, err := c.Transfer(x.Mu, x.Sigma, x.Hz)
		if err != nil {
			t.Fatal(err)
		}
		for k, f := range x.Hz {
			want := complex(x.Re[k], x.Im[k])
			if d := cmplx.Abs(r.Mean[k] - want); d > 1e-4*cmplx.Abs(want) {
				t.Errorf("mu %g, sigma %g, TauSyn %g, %g Hz: %.6g Hz/mV, want %.6g", x.Mu, x.Sigma, x.TauSyn, f, r.Mean[k], want)
			}
		}
	}
}

// TestStability holds the states of Brunel (2000) to the theory in his table 1: the rates
// and the frequencies of the oscillations, and which of them are stable.
func TestStability(t *testing.T) {
	for _, x := range []struct {
		g, eta, rate, hz float64
		state            string
	}{{3, 2, 0, 0, "SR"}, {6, 4, 55.8, 190, "SI fast"}, {5, 2, 38.0, 0, "AI"}, {4.5, 0.9, 6.5, 29, "SI slow"}, {6, 0.5, 0, 0, "Q"}} {
		p, err := BrunelPhases([]float64{x.g}, []float64{x.eta}, 1.5)
		if err != nil {
			t.Fatal(err)
		}
		if p.State[0][0] != x.state {
			t.Errorf("g %g, eta %g is %s, want %s", x.g, x.eta, p.State[0][0], x.state)
		}
		if x.rate > 0 && math.Abs(p.Rate[0][0]-x.rate) > 0.06 {
			t.Errorf("g %g, eta %g: %g Hz, want %g", x.g, x.eta, p.Rate[0][0], x.rate)
		}
		if x.hz > 0 && math.Abs(p.Frequency[0][0]-x.hz) > 0.02*x.hz {
			t.Errorf("g %g, eta %g oscillates with %g Hz, want %g", x.g, x.eta, p.Frequency[0][0], x.hz)
		}
	}
	// Without a delay and with little recurrent noise nothing oscillates; with more
	// excitation than leak a silent state gives way without an oscillation.
	p, err := BrunelPhases([]float64{4.5}, []float64{2}, 0.1)
	if err != nil || p.State[0][0] != "AI" {
		t.Errorf("%v %v", p, err)
	}
	for _, bad := range []func() error{
		func() error { _, err := BrunelPhases(nil, []float64{1}, 1.5); return err },
		func() error { _, err := BrunelPhases([]float64{4}, []float64{-1}, 1.5); return err },
		func() error { _, err := BrunelPhases([]float64{4}, []float64{1}, math.NaN()); return err },
		func() error {
			m := BrunelMeanField(5, 2)
			m.Delay = nil
			_, err := m.Stability([]float64{1, 1})
			return err
		},
		func() error {
			m := BrunelMeanField(6, 4)
			r, _ := m.Rates(nil)
			_, err := m.Spectra(r, []int{1, 1}, nil)
			return err
		},
		func() error { _, err := NewSiegert().Transfer(15, 0, nil); return err },
		func() error { _, err := NewSiegert().Transfer(-500, 1, nil); return err },
	} {
		if err := bad(); err == nil || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%v", err)
		}
	}
}

// TestSpectra holds the spectrum of the activity to that of a network, in bands: cells under
// white noise that inhibit each other by many small weights, so that what the theory takes
// for granted is so. Without connections it is the spectrum of a renewal process.
func TestSpectra(t *testing.T) {
	cell, err := model.Parse("dv/dt = (18*mV - v)/tau + 5*mV*xi/tau**.5 : mV (unless refractory)", model.Options{Params: map[string]string{"tau": "20 ms"},
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms", Initial: map[string]string{"v": "20*mV*rand()"}})
	if err != nil {
		t.Fatal(err)
	}
	const cells, k = 1000, 500
	for _, j := range []float64{0, -0.1} {
		n := Network{Seed: 1, Dt: 0.05, Populations: []Population{{Name: "I", N: cells, Cell: cell}}, Projections: []Projection{
			{From: "I", Rule: FixedInDegree(k), Receptor: "v", Weight: fmt.Sprintf("%g*mV", j), Delay: "3*ms"}}}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(200, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(8000, RecordOptions{})
		if err != nil {
			t.Fatal(err)
		}
		rate, err := r.PopulationRate("I", 0.5)
		if err != nil {
			t.Fatal(err)
		}
		o := signal.NewWelch()
		o.SegmentLen = 250 // 8 Hz
		found, err := signal.Welch(rate.Y, rate.FS(), o)
		if err != nil {
			t.Fatal(err)
		}
		m := &MeanField{Cells: []Siegert{*NewSiegert()}, K: [][]float64{{k}}, J: [][]float64{{j}}, Delay: [][]float64{{3.025}},
			Constant: []float64{18}, KExternal: []float64{1e6}, JExternal: []float64{1e-3}, RateExternal: []float64{5 * 5 / 20. * 1000}}
		m.Constant[0] -= 20 * 1e6 * 1e-3 * m.RateExternal[0] / 1000 // of the noise alone
		rates, err := m.Rates(nil)
		if err != nil {
			t.Fatal(err)
		}
		expected, err := m.Spectra(rates, []int{cells}, found.F)
		if err != nil {
			t.Fatal(err)
		}
		if hz, err := r.Rate("", 0); err != nil || math.Abs(hz-rates[0]) > 0.05*rates[0] {
			t.Errorf("%g Hz, expected %g (%v)", hz, rates[0], err)
		}
		for _, band := range [][2]float64{{8, 24}, {24, 60}, {60, 90}, {90, 130}, {130, 200}, {200, 400}, {400, 700}} {
			a, b := 0.0, 0.0
			for k, f := range found.F {
				if f >= band[0] && f < band[1] {
					a, b = a+found.P[k], b+expected[0][k]
				}
			}
			if a < b/1.25 || a > 1.25*b {
				t.Errorf("weight %g mV, %g to %g Hz: %.3g Hz², expected %.3g", j, band[0], band[1], a, b)
			}
		}
	}
}

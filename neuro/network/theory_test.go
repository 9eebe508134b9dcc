package network

import (
	"math"
	"testing"
)

// TestSiegert compares with the integral by mpmath in 30 digits, without and with
// synapses of 2 ms.
func TestSiegert(t *testing.T) {
	for _, x := range []struct{ mu, sigma, rate, exponential float64 }{
		{0, 5, 1.2271563963230845e-5, 8.7999150099122527e-7},
		{10, 4, 0.12260425980697668, 0.025025010736694373},
		{18, 3, 12.511527707233396, 8.4025099787493466},
		{20, 1, 14.763103880520419, 12.30206875098004},
		{25, 2, 42.849613799210147, 39.924834225888772},
		{40, 5, 100.54039187180129, 95.300523041032444},
		{200, 1, 324.53533095831251, 324.33398155740359},
		{0, 0.8, 2.593795628152093e-269, 1.9161620130947728e-276},
		{15, 0.05, 0, 0},
		{-100, 30, 1.3416262290217258e-5, 9.4424182052273434e-7},
		{21, 0.01, 20.017050673615428, 19.993248606294929},
	} {
		c := NewSiegert()
		for _, want := range []float64{x.rate, x.exponential} {
			got, err := c.Rate(x.mu, x.sigma)
			if err != nil {
				t.Fatal(err)
			}
			// Arguments of a few hundred cost digits of exp(u²).
			if math.Abs(got-want) > 2e-12*want {
				t.Errorf("mu %g, sigma %g, TauSyn %g: %.17g, want %.17g (%.2g)", x.mu, x.sigma, c.TauSyn, got, want, got/want-1)
			}
			c.TauSyn = 2
		}
	}
}

// TestSiegertLimits: small noise is none, and more drive is a higher rate.
func TestSiegertLimits(t *testing.T) {
	c := NewSiegert()
	for _, mu := range []float64{20.5, 25, 100} {
		quiet, _ := c.Rate(mu, 0)
		want := 1000 / (2 + 20*math.Log((mu-10)/(mu-20)))
		little, _ := c.Rate(mu, 1e-5)
		if math.Abs(quiet/want-1) > 1e-14 || math.Abs(little/want-1) > 1e-8 {
			t.Errorf("mu %g: %g without noise and %g with little, want %g", mu, quiet, little, want)
		}
	}
	for _, sigma := range []float64{0, 1e-12, 1e-7, 1e-3, 0.3, 5, 100, 1e6} {
		last := -1.0
		for mu := -200.0; mu < 400; mu += 0.37 {
			r, err := c.Rate(mu, sigma)
			if err != nil || !(r >= last-1e-12*r) || r > 500 {
				t.Fatalf("mu %g, sigma %g: %g Hz after %g, %v", mu, sigma, r, last, err)
			}
			last = r
		}
	}
	for _, bad := range []Siegert{{Tau: 0, Threshold: 1}, {Tau: 1}, {Tau: 1, Threshold: 1, Refractory: -1}, {Tau: 1, Threshold: 1, TauSyn: math.NaN()}} {
		if _, err := bad.Rate(0, 1); err == nil {
			t.Errorf("%+v: no error", bad)
		}
	}
}

// TestMeanFieldBrunel: the rates solve their equations.
func TestMeanFieldBrunel(t *testing.T) {
	for _, x := range []struct{ g, eta float64 }{{3, 2}, {5, 2}, {6, 4}, {4.5, 0.9}, {8, 1.1}} {
		m := BrunelMeanField(x.g, x.eta)
		r, err := m.Rates(nil)
		if err != nil {
			t.Errorf("g %g, eta %g: %v", x.g, x.eta, err)
			continue
		}
		mu, sigma, err := m.Input(r)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r {
			want, _ := m.Cells[i].Rate(mu[i], sigma[i])
			if math.Abs(r[i]-want) > 1e-8*(1+want) {
				t.Errorf("g %g, eta %g: %g Hz, and %g of the input", x.g, x.eta, r[i], want)
			}
		}
	}
}

// TestMeanFieldSimulated: cells that do not touch each other fire as theory says.
// A crossing between two steps goes unseen, which lowers the
// rate by the order of sqrt(Dt/Tau), which is 3 % here.
func TestMeanFieldSimulated(t *testing.T) {
	n := brunel(t, 0.2)
	n.Projections, n.Dt = nil, 0.02
	n.Background[0] = Background{Receptor: "v", N: 1000, Rate: "9.5*Hz", Weight: "0.1*mV"}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(500, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.Rate("", 100)
	if err != nil {
		t.Fatal(err)
	}
	m := MeanField{Cells: []Siegert{*NewSiegert()}, K: [][]float64{{0}}, J: [][]float64{{0}},
		KExternal: []float64{1000}, RateExternal: []float64{9.5}, JExternal: []float64{0.1}}
	rates, err := m.Rates(nil)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(found/rates[0]-1) > 0.04 {
		t.Errorf("%g Hz simulated, %g Hz by theory", found, rates[0])
	}
}

func TestMeanFieldErrors(t *testing.T) {
	for name, change := range map[string]func(*MeanField){
		"no cells":   func(m *MeanField) { m.Cells = nil },
		"short K":    func(m *MeanField) { m.K = m.K[:1] },
		"short row":  func(m *MeanField) { m.J[1] = nil },
		"half input": func(m *MeanField) { m.JExternal = nil },
		"bad cell":   func(m *MeanField) { m.Cells[1].Tau = -1 },
		"negative K": func(m *MeanField) { m.K = [][]float64{{-1, 1}, {1, 1}} },
		"not finite": func(m *MeanField) { m.RateExternal[0] = math.NaN() },
	} {
		m := BrunelMeanField(5, 2)
		change(m)
		if _, err := m.Rates(nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := BrunelMeanField(5, 2).Rates([]float64{1}); err == nil {
		t.Error("short start: no error")
	}
}

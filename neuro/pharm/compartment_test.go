package pharm

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestCompartmentsReference(t *testing.T) {
	var g struct {
		PK struct {
			T                                            []float64
			D, CL, V, Ka, F, Q, V2, Tinf, Vmax, Km       float64
			Iv1, Oral1, Oral1_ka_eq_ke, Inf1, Iv2, Oral2 []float64
			Alpha_beta, Oral1_ss_tau12, Iv1_mm           []float64
			Accum                                        float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	p := g.PK
	one := Compartments{CL: p.CL, V: p.V, Ka: p.Ka, F: p.F}
	two := one
	two.Q2, two.V2 = p.Q, p.V2
	same := one
	same.Ka = p.CL / p.V
	iv, oral := Dose{Amount: p.D}, Dose{Amount: p.D, Oral: true}
	for _, c := range []struct {
		name string
		m    Compartments
		d    Dose
		want []float64
		tol  float64
	}{
		{"iv", one, iv, p.Iv1, 1e-9}, {"oral", one, oral, p.Oral1, 1e-9}, {"ka = ke", same, oral, p.Oral1_ka_eq_ke, 1e-9},
		{"infusion", one, Dose{Amount: p.D, Duration: p.Tinf}, p.Inf1, 1e-9},
		{"iv, two compartments", two, iv, p.Iv2, 1e-9}, {"oral, two compartments", two, oral, p.Oral2, 1e-9},
		{"saturable", Compartments{V: p.V, Vmax: p.Vmax, Km: p.Km}, iv, p.Iv1_mm, 1e-7},
	} {
		r, err := c.m.Concentration(p.T, c.d)
		if err != nil {
			t.Fatal(c.name, err)
		}
		for i := range p.T {
			near(t, c.name, r.C[i], c.want[i], c.tol)
		}
	}
	for i, v := range two.RateConstants() {
		near(t, "rate constant", v, p.Alpha_beta[i], 1e-9)
	}
	oral.Every = 12
	r, err := one.SteadyState(p.T[:7], oral)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.C {
		near(t, "steady state", r.C[i], p.Oral1_ss_tau12[i], 1e-9)
	}
	near(t, "accumulation", one.Accumulation(12), p.Accum, 1e-9)
}

func TestResponseReference(t *testing.T) {
	var g struct {
		PK         struct{ D, CL, V float64 }
		Effect_cmt struct {
			Ke0, EC50, N float64
			Ce, E        []float64
		}
		Indirect struct {
			Kin, Kout, IC50, Imax, EC50, Smax float64
			T, I, II, III, IV                 []float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	m, d, in := Compartments{CL: g.PK.CL, V: g.PK.V}, Dose{Amount: g.PK.D}, g.Indirect
	e, err := EffectCompartment{Ke0: g.Effect_cmt.Ke0, Emax: 100, EC50: g.Effect_cmt.EC50, N: g.Effect_cmt.N}.Response(m, in.T, d)
	if err != nil {
		t.Fatal(err)
	}
	for i := range in.T {
		near(t, "Ce", e.Site[i], g.Effect_cmt.Ce[i], 1e-9)
		near(t, "effect", e.E[i], g.Effect_cmt.E[i], 1e-9)
	}
	for k, want := range [][]float64{in.I, in.II, in.III, in.IV} {
		r := IndirectResponse{k + 1, in.Kin, in.Kout, in.Imax, in.IC50}
		if k >= 2 {
			r.Max, r.C50 = in.Smax, in.EC50
		}
		e, err := r.Response(m, in.T, d)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			near(t, "indirect", e.E[i], want[i], 1e-7)
		}
	}
}

// The sums of exponentials are the solution of the equations, for every model
// and every kind of dose, also where rate constants are the same.
func TestCompartmentsSolve(t *testing.T) {
	times := []float64{30, 0, 0.5, 1, 2, 2.5, 4, 7, 12, 13, 24, 25.5}
	for _, m := range []Compartments{
		{CL: 5, V: 50, Ka: 1.2, F: 0.8},
		{CL: 5, V: 50, Ka: 0.1},
		{CL: 5, V: 50, Q2: 3, V2: 80, Ka: 1.2},
		{CL: 5, V: 20, Q3: 3, V3: 80, Ka: 0.7},
		{CL: 2, V: 10, Q2: 5, V2: 20, Q3: 0.5, V3: 50, Ka: 2},
		{CL: 2, V: 10, Q2: 5, V2: 20, Q3: 5, V3: 20, Ka: 2},
	} {
		for _, doses := range [][]Dose{
			{{Amount: 100}}, {{Amount: 100, Oral: true}}, {{Amount: 100, Duration: 2}},
			{{Amount: 100, Every: 6, Count: 4}, {Time: 1, Amount: 30, Oral: true, Every: 12, Count: 2}, {Time: 3, Amount: 50, Duration: 5}},
		} {
			r, err := m.Concentration(times, doses...)
			if err != nil {
				t.Fatal(err)
			}
			x, err := m.solve("test", times, doses, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range times {
				if want := x[i][1] / m.V; math.Abs(r.C[i]-want) > 1e-9*most(r.C) {
					t.Errorf("%+v, %+v: %.12g at %g, want %.12g", m, doses, r.C[i], times[i], want)
				}
			}
			r.Log = true
			r.Show()
			if n := len(r.Table().Cols[1].Num); n != len(times) {
				t.Errorf("%d rows", n)
			}
		}
		// After many doses comes the steady state.
		for _, d := range []Dose{{Amount: 10}, {Amount: 10, Oral: true}, {Amount: 10, Duration: 3}} {
			d.Every = 8
			at := []float64{0, 0.5, 3, 7.9}
			ss, err := m.SteadyState(at, d)
			if err != nil {
				t.Fatal(err)
			}
			d.Count = 400
			late := make([]float64, len(at))
			for i := range at {
				late[i] = at[i] + 399*8
			}
			r, err := m.Concentration(late, d)
			if err != nil {
				t.Fatal(err)
			}
			for i := range at {
				near(t, "steady state", ss.C[i], r.C[i], 1e-9)
			}
		}
		near(t, "clearance", m.CL*auc(m), 1, 1e-9)
	}
}

// auc returns the area under the curve of a bolus of 1.
func auc(m Compartments) float64 {
	rate, share := m.modes()
	sum := 0.0
	for j := range rate {
		sum += share[j] / rate[j]
	}
	return sum
}

// Rate constants near each other give what their limit gives.
func TestAbsorptionLimit(t *testing.T) {
	for _, h := range []float64{0, 1e-13, 1e-9, 1e-6, 1e-4, 1e-3} {
		near(t, "between", between(0.3, 0.3+h, 4), 4*math.Exp(-0.3*4-h*2), 1e-6)
		sum := 0.0
		for k := 1; k < 300; k++ {
			sum += between(0.3, 0.3+h, 4+5*float64(k))
		}
		near(t, "differ", differ(0.3, 0.3+h, 4, 5), sum, 1e-9)
	}
}

// Saturable elimination: the implicit solution of Michaelis and Menten,
// C0 - C + Km log(C0/C) = Vmax t/V, and a linear limit.
func TestSaturable(t *testing.T) {
	for _, m := range []Compartments{{V: 50, Vmax: 20, Km: 2}, {V: 10, Vmax: 1, Km: 0.01}, {V: 1e-3, Vmax: 1e-7, Km: 1e-5}} {
		dose := m.V * m.Km * 10
		var times []float64
		for _, k := range []float64{0, 0.5, 3, 9, 14, 20} {
			times = append(times, k*m.V*m.Km/m.Vmax)
		}
		r, err := m.Concentration(times, Dose{Amount: dose})
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range times {
			near(t, "time", (r.C[0]-r.C[i]+m.Km*math.Log(r.C[0]/r.C[i]))*m.V/m.Vmax, at, 1e-8)
		}
	}
	a, err := Compartments{V: 50, Vmax: 5e6, Km: 1e6, Ka: 1}.Concentration([]float64{1, 5, 20}, Dose{Amount: 100, Oral: true})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Compartments{V: 50, CL: 5, Ka: 1}.Concentration(a.T, Dose{Amount: 100, Oral: true})
	for i := range a.C {
		near(t, "linear limit", a.C[i], b.C[i], 1e-5)
	}
}

func TestResponses(t *testing.T) {
	m, d := Compartments{CL: 5, V: 50}, Dose{Amount: 100}
	times := []float64{0, 1, 3, 10, 200}
	// Ct of tolerance and Ce are the same, in closed form.
	o, err := Tolerance{Ktol: 0.3, T50: 0.4, E0: 60, Emax: 40, EC50: 1, N: 2}.Response(m, times, d)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range times {
		ct := 2 * 0.3 * between(0.1, 0.3, at)
		near(t, "Ct", 1+o.Site[i], 1+ct, 1e-10)
		near(t, "tolerance", o.E[i], 60+Hill(o.C[i], 40, 1, 2)/(1+ct/0.4), 1e-9)
	}
	// At a constant concentration responses reach their plateaus.
	long := Dose{Amount: 5 * 400, Duration: 400} // C = 1
	for k, want := range []float64{20 * 0.5, 20 / 0.5, 20 * 1.5, 20 / 1.5} {
		e, err := IndirectResponse{k + 1, 10, 0.5, 1, 1}.Response(m, []float64{-1, 0, 390}, long)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "before", e.E[0], 20, 1e-12)
		near(t, "plateau", e.E[2], want, 1e-8)
		e.Show()
	}
	e, err := EffectCompartment{Ke0: 1, E0: 5, Emax: 10, EC50: 1}.Response(m, []float64{390}, long)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effect at its EC50", e.E[0], 10, 1e-8)
	e.Show()
	if n := len(e.Table().Cols); n != 4 {
		t.Errorf("%d columns", n)
	}
}

func TestCompartmentsErrors(t *testing.T) {
	at, nan := []float64{1}, math.NaN()
	ok := Compartments{CL: 1, V: 1}
	for _, c := range []struct {
		want string
		m    Compartments
		t    []float64
		d    Dose
	}{
		{"V is 0", Compartments{CL: 1}, at, Dose{}},
		{"CL and Vmax", Compartments{V: 1}, at, Dose{}},
		{"CL is -1", Compartments{CL: -1, V: 1}, at, Dose{}},
		{"Ka is NaN", Compartments{CL: 1, V: 1, Ka: nan}, at, Dose{}},
		{"Km 0", Compartments{V: 1, Vmax: 1}, at, Dose{}},
		{"needs both", Compartments{CL: 1, V: 1, Q2: 1}, at, Dose{}},
		{"F is 2", Compartments{CL: 1, V: 1, F: 2}, at, Dose{}},
		{"t[0] is NaN", ok, []float64{nan}, Dose{}},
		{"time must be finite", ok, at, Dose{Time: nan}},
		{"amount -1", ok, at, Dose{Amount: -1}},
		{"Ka is 0", ok, at, Dose{Amount: 1, Oral: true}},
		{"only infusions", Compartments{CL: 1, V: 1, Ka: 1}, at, Dose{Oral: true, Duration: 1}},
		{"interval above 0", ok, at, Dose{Count: 2}},
	} {
		if _, err := c.m.Concentration(c.t, c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	for i, f := range []func() error{
		func() error { _, err := ok.SteadyState(at, Dose{Amount: 1}); return err },
		func() error { _, err := ok.SteadyState([]float64{3}, Dose{Amount: 1, Every: 2}); return err },
		func() error { _, err := ok.SteadyState(at, Dose{Amount: 1, Every: 2, Duration: 3}); return err },
		func() error { _, err := Compartments{V: 1, Vmax: 1, Km: 1}.SteadyState(at, Dose{Every: 2}); return err },
		func() error { _, err := EffectCompartment{}.Response(ok, at); return err },
		func() error { _, err := EffectCompartment{Ke0: 1, EC50: 1, Emax: nan}.Response(ok, at); return err },
		func() error { _, err := EffectCompartment{Ke0: 1, EC50: 1, N: -1}.Response(ok, at); return err },
		func() error { _, err := EffectCompartment{Ke0: 1, EC50: 1}.Response(Compartments{}, at); return err },
		func() error { _, err := IndirectResponse{5, 1, 1, 1, 1}.Response(ok, at); return err },
		func() error { _, err := IndirectResponse{1, 1, 1, 2, 1}.Response(ok, at); return err },
		func() error { _, err := IndirectResponse{1, 1, 0, 1, 1}.Response(ok, at); return err },
		func() error { _, err := Tolerance{}.Response(ok, at); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "pharm: ") {
			t.Errorf("%d: %v", i, err)
		}
	}
	if (Compartments{}).RateConstants() != nil || !math.IsNaN(ok.Accumulation(0)) {
		t.Error("a model without values has rate constants")
	}
	// No doses: nothing.
	r, err := ok.Concentration(at)
	e, err2 := IndirectResponse{1, 10, 0.5, 1, 1}.Response(ok, at)
	if err != nil || err2 != nil || r.C[0] != 0 || e.E[0] != 20 {
		t.Error(r, e, err, err2)
	}
	(&Concentration{}).Show()
	(&Effect{}).Show()
}

package behavior

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// simulateGroup draws subjects from a population and their trials.
func simulateGroup(t *testing.T, seed uint64, subjects, trials int) (rt []float64, upper []bool, who []string, truth []DDM) {
	t.Helper()
	r := rng.New(seed, 1)
	for s := range subjects {
		d := DDM{A: vec.Exp(0.3 + float64(0.2*r.Norm())), V: 1 + float64(0.6*r.Norm()), T0: vec.Exp(-1.2 + float64(0.15*r.Norm())), Z: 1 / (1 + vec.Exp(-float64(0.2*r.Norm()))), S: 1}
		sim, err := d.Simulate(trials, 0.002, seed*1000+uint64(s))
		if err != nil {
			t.Fatal(err)
		}
		rt, upper, truth = append(rt, sim.RT...), append(upper, sim.Upper...), append(truth, d)
		for range trials {
			who = append(who, fmt.Sprintf("s%02d", s))
		}
	}
	return rt, upper, who, truth
}

// TestFitDDMGroup: the population is found, and with few trials subjects are
// nearer to the truth than alone.
func TestFitDDMGroup(t *testing.T) {
	covered, groups := 0, 0
	var near, alone float64
	for seed := range uint64(4) {
		rt, upper, who, truth := simulateGroup(t, seed, 16, 40)
		g, err := FitDDMGroup(rt, upper, who, DDMFitOptions{})
		if err != nil || !g.Converged {
			t.Fatal(err, g, g.Params)
		}
		for k, p := range g.Params {
			if want := []float64{vec.Exp(0.3), 1, vec.Exp(-1.2), 0.5}[k]; p.Lo < want && want < p.Hi {
				covered++
			}
			groups++
			if want := []float64{0.2, 0.6, 0.15, 0.2}[k]; math.Abs(p.SD-want) > 4*math.Max(p.SESD, 0.03) {
				t.Errorf("seed %d, %s: SD %g ± %g, want %g", seed, p.Name, p.SD, p.SESD, want)
			}
		}
		for s, d := range truth {
			if g.Alone[s].A > 0 {
				near += float64((g.Models[s].V-d.V)*(g.Models[s].V-d.V)) + float64((g.Models[s].A-d.A)*(g.Models[s].A-d.A))
				alone += float64((g.Alone[s].V-d.V)*(g.Alone[s].V-d.V)) + float64((g.Alone[s].A-d.A)*(g.Alone[s].A-d.A))
			}
		}
	}
	t.Logf("%d of %d medians within limits; squared error in the group %.2f, alone %.2f", covered, groups, near, alone)
	if covered < 13 {
		t.Errorf("%d of %d medians within limits", covered, groups)
	}
	if near > 0.8*alone {
		t.Errorf("squared error in the group %g, alone %g", near, alone)
	}
}

func TestFitDDMGroupBad(t *testing.T) {
	rt, upper, who, _ := simulateGroup(t, 9, 4, 20)
	for want, c := range map[string]func() error{
		"subject has 1":  func() error { _, err := FitDDMGroup(rt, upper, who[:1], DDMFitOptions{}); return err },
		"there are 2":    func() error { _, err := FitDDMGroup(rt[:40], upper[:40], who[:40], DDMFitOptions{}); return err },
		"not for groups": func() error { _, err := FitDDMGroup(rt, upper, who, DDMFitOptions{SV: true}); return err },
		"rt[3] is NaN": func() error {
			bad := append([]float64{}, rt...)
			bad[3] = math.NaN()
			_, err := FitDDMGroup(bad, upper, who, DDMFitOptions{})
			return err
		},
	} {
		if err := c(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	// A subject with one boundary and few trials takes part.
	for i := range 20 {
		upper[i] = true
	}
	rt, upper, who = rt[12:], upper[12:], who[12:]
	g, err := FitDDMGroup(rt, upper, who, DDMFitOptions{Unbiased: true})
	if err != nil || g.Trials[0] != 8 || g.Alone[0].A != 0 || g.Models[0].Check() != nil || len(g.Params) != 3 {
		t.Errorf("%v %+v", err, g)
	}
	if g != nil && (!strings.Contains(g.String(), "4 subjects") || g.Subjects().Rows() != 4 || g.Table().Rows() != 3) {
		t.Errorf("%v", g)
	}
}

// TestFitDDMGroupOneBoundary: where nobody makes an error, Z is held and said to be.
func TestFitDDMGroupOneBoundary(t *testing.T) {
	rt, upper, who, _ := simulateGroup(t, 3, 4, 40)
	for i := range upper {
		upper[i] = true
	}
	g, err := FitDDMGroup(rt, upper, who, DDMFitOptions{})
	if err != nil || len(g.Params) != 3 || g.Models[0].Z != 0.5 || !strings.Contains(g.String(), "all 160 responses are at one boundary") {
		t.Errorf("%v %v", err, g)
	}
	held, err := FitDDMGroup(rt, upper, who, DDMFitOptions{Unbiased: true})
	if err != nil || held.LogMarginal != g.LogMarginal || len(held.Notes) != 0 {
		t.Errorf("%v %v", err, held)
	}
}

// TestMilliseconds: times that can hardly be seconds are said to be.
func TestMilliseconds(t *testing.T) {
	rt, upper, who, _ := simulateGroup(t, 5, 3, 40)
	choice := make([]int, len(rt))
	for i := range rt {
		if !upper[i] {
			choice[i] = 1
		}
	}
	for _, scale := range []float64{1, 1000} {
		times, stop := make([]float64, len(rt)), make([]float64, 60)
		for i := range rt {
			times[i] = scale * rt[i]
		}
		ssd := make([]float64, len(stop))
		for i := range stop {
			stop[i], ssd[i] = math.NaN(), 0.2*scale
			if i%2 == 0 {
				stop[i] = 0.4 * scale
			}
		}
		d, err := FitDDM(times, upper, DDMFitOptions{Wald: true})
		if err != nil {
			t.Fatal(err)
		}
		l, err := FitLBA(times, choice, 2)
		if err != nil {
			t.Fatal(err)
		}
		g, err := FitDDMGroup(times, upper, who, DDMFitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := StopSignalTask(times, ssd, stop)
		if err != nil {
			t.Fatal(err)
		}
		for k, text := range []string{d.String(), l.String(), g.String(), s.String()} {
			if said := strings.Contains(text, "divide by 1000"); said != (scale == 1000) {
				t.Errorf("scale %g, result %d: %s", scale, k, text)
			}
		}
	}
}

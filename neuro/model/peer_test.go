package model

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// TestBrian2 holds eleven models against Brian2 with the same text, method, time
// step and input (testdata/brian2): every state within 1e-9 of its largest value
// until the first spike, and the spikes within one step of each other.
func TestBrian2(t *testing.T) {
	var models []struct {
		Name, Method, Threshold, Reset, Refractory string
		Dt                                         float64
		Steps                                      int
		Equations                                  []string
		Params, Initial                            map[string]string
	}
	var golden map[string]struct {
		Steps  []int
		States map[string][]float64
		Spikes []float64
	}
	load(t, "testdata/brian2/models.json", &models)
	load(t, "testdata/brian2/golden.json", &golden)
	for _, c := range models {
		m, err := Parse(strings.Join(c.Equations, "\n"), Options{Threshold: c.Threshold, Reset: c.Reset, Refractory: c.Refractory, Method: c.Method, Params: c.Params, Initial: c.Initial})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		p, err := m.Population(1, c.Dt)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		want := golden[c.Name]
		if len(want.Spikes) < 2 {
			t.Errorf("%s: %d spikes in Brian2; that shows little", c.Name, len(want.Spikes))
		}
		at := 0
		var spikes []float64
		worst := 0.0
		for k := range c.Steps {
			if at < len(want.Steps) && k == want.Steps[at] {
				for name, y := range want.States {
					x, err := p.State(name)
					if err != nil {
						t.Fatal(err)
					}
					size := 0.0
					for _, v := range y {
						size = max(size, math.Abs(v))
					}
					got := x[0] / base(m, name)
					worst = max(worst, math.Abs(got-y[at])/size)
					if !(math.Abs(got-y[at]) <= 1e-9*size) {
						t.Fatalf("%s: %s is %.15g at step %d, in Brian2 %.15g", c.Name, name, got, k, y[at])
					}
				}
				at++
			}
			now := p.Time()
			p.Step()
			if len(p.Spikes()) > 0 {
				spikes = append(spikes, now)
			}
		}
		if len(spikes) != len(want.Spikes) {
			t.Errorf("%s: %d spikes, in Brian2 %d", c.Name, len(spikes), len(want.Spikes))
			continue
		}
		for i, s := range spikes {
			if math.Abs(s-want.Spikes[i]) > c.Dt*1.000001 {
				t.Errorf("%s: spike %d at %g ms, in Brian2 at %g", c.Name, i, s, want.Spikes[i])
				break
			}
		}
		t.Logf("%-16s states within %.1e, %d spikes", c.Name, worst, len(spikes))
	}
}

// base is how many of the library's units the base unit of a variable is.
func base(m *Model, name string) float64 {
	u := m.byName[name].unit
	return u.Coherent() / u.Factor
}

func load(t *testing.T, path string, to any) {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

package eeg

import (
	"fmt"
	"math"
	"testing"
)

// Areas and latencies of waves whose integrals are known, to the bit of trapezoids.
func TestMeasure(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s: %.15g, want %.15g", what, got, want)
		}
	}
	// A triangle from 0 to 4 and back, 0.1 s a sample.
	area, half := areaOf([]float64{0, 1, 2, 3, 4, 3, 2, 1, 0}, 1, 0.1)
	near("triangle", area, 1.6)
	near("its half", half, 0.4)
	// A ramp: half of the area lies behind at 1/√2 of it.
	area, half = areaOf([]float64{0, 1, 2, 3, 4}, 1, 0.25)
	near("ramp", area, 2)
	near("its half", half, math.Sqrt(0.5))
	area, half = areaOf([]float64{4, 3, 2, 1, 0}, 1, 0.25)
	near("falling ramp", area, 2)
	near("its half", half, 1-math.Sqrt(0.5))
	// One that crosses 0 between samples.
	area, half = areaOf([]float64{-1, 3}, 1, 1)
	near("positive part", area, 0.5*0.75*3)
	near("its half", half, 0.25+0.75*math.Sqrt(0.5))
	area, _ = areaOf([]float64{-1, 3}, -1, 1)
	near("negative part", area, -0.125)
	area, _ = areaOf([]float64{-1, 3}, 0, 1)
	near("rectified", area, 0.125+1.125)
	if area, half = areaOf([]float64{-1, -2}, 1, 1); area != 0 || !math.IsNaN(half) {
		t.Errorf("no positive part has area %g and latency %g", area, half)
	}
	e := demo()
	m, err := e.Measure("pos", 0.2, 0.6, "Pz", "Oz")
	if err == nil {
		t.Error("Oz was measured")
	}
	if m, err = e.Measure("pos", 0.2, 0.6, "Pz"); err != nil {
		t.Fatal(err)
	}
	if p, _ := e.Peak("pos", 0.2, 0.6, "Pz"); m.Cols[3].Num[0] != p.Value || m.Cols[4].Num[0] != p.Time {
		t.Errorf("peak %v at %v, want %v", m.Cols[3].Num, m.Cols[4].Num, p)
	}
	if l := m.Cols[6].Num[0]; math.Abs(l-0.36) > 0.005 || math.Abs(m.Cols[5].Num[0]/0.4-m.Cols[2].Num[0]) > 0.05 {
		t.Errorf("half of the area at %g s, area %g, mean %g", l, m.Cols[5].Num[0], m.Cols[2].Num[0])
	}
	e.Channels[0].Bad = true
	if m, err = e.Measure("neg", 0.1, 0.25); err != nil || m.Rows() != 18 {
		t.Errorf("%d rows, %v", m.Rows(), err)
	}
	for _, f := range []func() error{
		func() error { _, err := e.Measure("up", 0, 0.1); return err },
		func() error { _, err := e.Measure("pos", 0, 5); return err },
		func() error { _, err := e.Measure("pos", 0.1, 0.1); return err },
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
}

// Of a mean the jackknife's standard error is the usual one.
func TestJackknife(t *testing.T) {
	ep := null(4, 9, 1, 5)
	var evoked []*Evoked
	for i := range ep.X {
		one := ep.subset([]int{i})
		e, err := one.Average()
		if err != nil {
			t.Fatal(err)
		}
		evoked = append(evoked, e)
	}
	at := func(e *Evoked) (float64, error) { return e.X[0][3], nil }
	v, se, err := Jackknife(at, evoked...)
	m, _ := ep.Average()
	s, _ := ep.StandardError()
	if err != nil || math.Abs(v-m.X[0][3]) > 1e-12 || math.Abs(se-s.X[0][3]) > 1e-12 {
		t.Errorf("%g ± %g, want %g ± %g; %v", v, se, m.X[0][3], s.X[0][3], err)
	}
	if _, _, err := Jackknife(at, evoked[0]); err == nil {
		t.Error("one response has a jackknife")
	}
	if _, _, err := Jackknife(func(*Evoked) (float64, error) { return 0, fmt.Errorf("no") }, evoked...); err == nil {
		t.Error("an error is lost")
	}
}

// counting tells how much of a recording is read.
type counting struct {
	Source
	calls, samples, longest int
}

func (c *counting) Fill(dst [][]float64, from, channels []int) error {
	c.calls++
	for k := range dst {
		c.samples += len(dst[k])
		c.longest = max(c.longest, len(dst[k]))
	}
	return c.Source.Fill(dst, from, channels)
}

// Epochs read their own samples and no others, of the channels taken, through views too.
func TestEpochsReadLittle(t *testing.T) {
	rec := noise(t, "Fz Cz Pz C3 C4 VEOG", 100, 100000)
	c := &counting{Source: rec.source}
	rec.source = c
	v, err := rec.Bipolar([]string{"Fz"}, []string{"Pz"})
	if err != nil {
		t.Fatal(err)
	}
	ep, err := v.Epochs(EpochOptions{Events: []Event{{Time: 10}, {Time: 400}, {Time: 900}}, Channels: []string{"Fz-Pz", "C4"}})
	if err != nil || ep.Samples() != 71 {
		t.Fatal(err)
	}
	if c.samples != 3*3*71 || c.longest != 71 { // Fz, Pz and C4
		t.Errorf("%d samples were read, up to %d at once", c.samples, c.longest)
	}
}

package neuron_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/neuron"
)

// TestPhaseResponse holds LIF and QIF against the closed form of cells of one variable,
// the jump of V over how far V moves in a period at that point: charge/(C T dV/dt).
func TestPhaseResponse(t *testing.T) {
	lif := neuron.NewLIF()
	lif.TauRef = 0
	p, err := neuron.PhaseResponse(lif, 2.5, 0.01, 0.001, 20, 100, 0.001)
	if err != nil {
		t.Fatal(err)
	}
	period := 10 * math.Log(30.0/5) // from -75 to -50 toward -45
	if math.Abs(p.Period-period) > 1e-9 {
		t.Errorf("LIF: period %.12g ms, want %.12g", p.Period, period)
	}
	for k, phase := range p.Phase {
		v := -45 - 30*math.Exp(-phase*period/10)
		want := 1e-5 / period / ((-45 - v) / 10)
		if math.Abs(p.Shift[k]/want-1) > 1e-3 {
			t.Errorf("LIF: at the phase %g the shift is %g, want %g", phase, p.Shift[k], want)
		}
	}
	if p.Type() != 1 {
		t.Error("LIF is of type 1")
	}
	qif := neuron.NewQIF()
	q, err := neuron.PhaseResponse(qif, 150, 1000, 0.1, 10, 150, 0.005)
	if err != nil {
		t.Fatal(err)
	}
	// V after a time t from the reset: x = sqrt(b) tan(k sqrt(b) t + c)
	width := qif.VT - qif.EL
	k, b, mid := qif.GL/qif.C/width, 150*width/qif.GL-width*width/4, (qif.EL+qif.VT)/2
	for j, phase := range q.Phase {
		x := math.Sqrt(b) * math.Tan(k*math.Sqrt(b)*(phase*q.Period+0.05)+math.Atan((qif.VReset-mid)/math.Sqrt(b)))
		want := 100 / qif.C / q.Period / (k * (x*x + b)) // the pulse moves V by 0.5 mV
		if math.Abs(q.Shift[j]-want) > 0.03*q.At(0.5) {
			t.Errorf("QIF: at the phase %g the shift is %g, want %g", phase, q.Shift[j], want)
		}
	}
}

// TestAdjointPRC holds the adjoint against perturbations, of cells of both types.
func TestAdjointPRC(t *testing.T) {
	for _, c := range []struct {
		cell        neuron.Cell
		i, amp      float64
		settle, tol float64
		kind        int
	}{
		{neuron.NewHH(), 10, 1, 100, 0.04, 2}, {neuron.NewWangBuzsaki(), 0.5, 0.5, 150, 0.04, 1},
	} {
		a, err := neuron.AdjointPRC(c.cell, c.i, c.settle, 0.02)
		if err != nil {
			t.Fatal(err)
		}
		p, err := neuron.PhaseResponse(c.cell, c.i, c.amp, 0.1, 12, c.settle, 0.01)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.Period/p.Period-1) > 1e-3 {
			t.Errorf("%s: period %g ms by the adjoint, %g by spikes", c.cell.Name(), a.Period, p.Period)
		}
		largest := 0.0
		for _, s := range a.Shift {
			largest = math.Max(largest, math.Abs(s))
		}
		for k, phase := range p.Phase {
			// the pulse lasts 0.1 ms
			if got, want := p.Shift[k]/p.Charge, a.At(phase+0.05/p.Period); math.Abs(got-want) > c.tol*largest {
				t.Errorf("%s: at the phase %.3f %g by a pulse, %g by the adjoint (largest %g)", c.cell.Name(), phase, got, want, largest)
			}
		}
		if a.Type() != c.kind || p.Type() != c.kind {
			t.Errorf("%s: types %d and %d, want %d", c.cell.Name(), a.Type(), p.Type(), c.kind)
		}
	}
	if _, err := neuron.AdjointPRC(neuron.NewAdEx(), 800, 100, 0.05); err == nil || !strings.Contains(err.Error(), "AdEx has a reset") {
		t.Error(err)
	}
	if _, err := neuron.AdjointPRC(neuron.NewHH(), 0, 50, 0.02); err == nil || !strings.Contains(err.Error(), "does not fire") {
		t.Error(err)
	}
	if _, err := neuron.PhaseResponse(neuron.NewHH(), 0, 1, 0.1, 4, 50, 0.02); err == nil || !strings.Contains(err.Error(), "three times are needed") {
		t.Error(err)
	}
}

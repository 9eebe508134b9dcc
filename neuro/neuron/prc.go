package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// PRC is a phase response curve: how much earlier the spikes of a periodically firing
// cell come for a brief current, by the phase at which that is given.
type PRC struct {
	Phase  []float64 // of the current, 0 to 1 from spike to spike
	Shift  []float64 // advance of the spikes that follow, in periods; negative where it is delayed
	Period float64   `unit:"ms"` // without the current, ms
	Charge float64   // of the current, in IUnit times ms; the shifts are for it

	Model, IUnit string
}

// PhaseResponse measures the phase response curve of a model that fires periodically
// under the constant current i, by perturbing it: at n phases, evenly spaced, a
// rectangular pulse of the size amp is added for width (ms). The period is that after
// settle (ms); dt is the time step (ms). The shift is that of the third spike after the
// pulse, when the cell is back on its cycle. Spikes of cells that cross 0 mV are
// interpolated, others are on the grid of dt, which must then be fine.
//
// It is an error when the model does not fire periodically: two intervals after settle
// may differ by 1 % and two steps at most. Checked against the closed forms of LIF and
// QIF, and AdjointPRC.
func PhaseResponse(m Model, i, amp, width float64, n int, settle, dt float64) (*PRC, error) {
	switch {
	case m == nil:
		return nil, fmt.Errorf("neuron: PhaseResponse: the model is nil; NewHH() and NewLIF() are models")
	case n < 1:
		return nil, fmt.Errorf("neuron: PhaseResponse: n is %d; it must be 1 or more phases", n)
	case !(width > 0) || math.IsInf(width, 0):
		return nil, fmt.Errorf("neuron: PhaseResponse: width is %g ms; it must be positive and finite", width)
	case amp == 0 || math.IsNaN(amp) || math.IsInf(amp, 0):
		return nil, fmt.Errorf("neuron: PhaseResponse: amp is %g; it must be finite and not 0", amp)
	case !(settle > 0) || math.IsInf(settle, 0):
		return nil, fmt.Errorf("neuron: PhaseResponse: settle is %g ms; it must be positive and finite", settle)
	}
	// run returns the spikes, up to dur.
	run := func(in stim.Stimulus, dur float64) ([]float64, error) {
		r, err := m.Simulate(in, dur, dt)
		if err != nil {
			return nil, fmt.Errorf("neuron: PhaseResponse: %w", err)
		}
		return sharpened(r), nil
	}
	s, err := run(stim.Const(i), 2*settle)
	if err != nil {
		return nil, err
	}
	k := 0
	for k < len(s) && s[k] < settle {
		k++
	}
	if k+2 >= len(s) {
		return nil, fmt.Errorf("neuron: PhaseResponse: the model fires %d times between %g and %g ms; three times are needed (a stronger i or a longer settle)", len(s)-k, settle, 2*settle)
	}
	begin, period, next := s[k], s[k+1]-s[k], s[k+2]-s[k+1]
	if math.Abs(next-period) > float64(0.01*period)+2*dt {
		return nil, fmt.Errorf("neuron: PhaseResponse: intervals of %g and %g ms follow each other; the model must fire periodically (a longer settle)", period, next)
	}
	p := &PRC{Period: period, Charge: amp * width}
	p.Model, p.IUnit = labels(m)
	task := display.Start("neuron.PhaseResponse", "phases", n)
	defer task.End()
	for j := range n {
		if task.Set(j); task.Err() != nil {
			return nil, fmt.Errorf("neuron: PhaseResponse: %w", task.Err())
		}
		phase := (float64(j) + 0.5) / float64(n)
		// on the grid, where all cells see the pulse begin
		on := float64(dt * math.Round((begin+float64(phase*period))/dt))
		s, err := run(stim.Sum(stim.Const(i), stim.Step(amp, on, on+width)), begin+float64(4.5*period)+width)
		if err != nil {
			return nil, err
		}
		if len(s) < k+4 {
			return nil, fmt.Errorf("neuron: PhaseResponse: a pulse at the phase %g stops the model for more than a period; use a smaller amp", phase)
		}
		p.Phase = append(p.Phase, (on-begin)/period)
		p.Shift = append(p.Shift, (begin+float64(3*period)-s[k+3])/period)
	}
	return p, nil
}

// sharpened returns the spikes of a result, those that cross 0 mV interpolated between
// samples.
func sharpened(r *Result) []float64 {
	out := append([]float64(nil), r.Spikes...)
	for i, s := range out {
		k := int(math.Round(s / r.V.Dt))
		if k+1 >= len(r.V.Y) || math.Abs(float64(float64(k)*r.V.Dt)-s) > 1e-9*(1+s) {
			continue // interpolated, or exact
		}
		if a, b := r.V.Y[k], r.V.Y[k+1]; a < 0 && b >= 0 {
			out[i] += float64(r.V.Dt * (a / (a - b)))
		}
	}
	return out
}

// AdjointPRC returns the phase response curve of a cell without resets that fires
// periodically under the constant current i, for a vanishing current: the periodic
// solution of
//
//	dZ/dt = -J(x(t))^T Z,   Z . dx/dt = 1/T
//
// along the cycle x(t) of the period T, on its grid of about dt (ms), times the
// derivative of the slope by the current. Charge is 1, so that Shift is for 1 IUnit ms.
// The cycle is the one reached after settle (ms). Ermentrout and Kopell 1991, J Math
// Biol 29:195; Brown, Moehlis and Holmes 2004, Neural Comput 16:673.
//
// It is an error when the cell has a reset or does not cross 0 (mV, or its unit)
// periodically.
func AdjointPRC(c Dynamics, i, settle, dt float64) (*PRC, error) {
	flow, err := NewFlow(c)
	if err != nil {
		return nil, err
	}
	if _, o := c.Equations(); o.Reset != "" {
		return nil, fmt.Errorf("neuron: AdjointPRC: %s has a reset, where its flow breaks; PhaseResponse measures it", c.Name())
	}
	if !(settle > 0) || !(dt > 0) || settle/dt > 1e8 {
		return nil, fmt.Errorf("neuron: AdjointPRC: settle is %g ms and dt %g ms; both must be positive, and settle at most 1e8 steps", settle, dt)
	}
	m, err := parse(c)
	if err != nil {
		return nil, err
	}
	r, err := m.Simulate(stim.Const(i), settle, dt)
	if err != nil {
		return nil, fmt.Errorf("neuron: AdjointPRC: %w", err)
	}
	x := []float64{r.V.Y[len(r.V.Y)-1]}
	for _, s := range r.States {
		x = append(x, s.Y[len(s.Y)-1])
	}
	// upward goes on to the next upward crossing of 0 by the potential, and returns the
	// time it took.
	upward := func(x []float64) ([]float64, float64, bool) {
		for k := 0; float64(k)*dt < settle; k++ {
			y := flow.rk4(x, i, dt)
			if k > 0 && x[0] < 0 && y[0] >= 0 { // x may be at a crossing
				part := float64(dt * (x[0] / (x[0] - y[0])))
				for range 5 { // Newton's method for the time within the step
					z := flow.rk4(x, i, part)
					part -= z[0] / flow.Slope(z, i)[0]
				}
				return flow.rk4(x, i, part), float64(float64(k)*dt) + part, true
			}
			x = y
		}
		return nil, 0, false
	}
	x, _, ok := upward(x)
	if !ok {
		return nil, fmt.Errorf("neuron: AdjointPRC: %s does not fire between %g and %g ms under %g %s", c.Name(), settle, 2*settle, i, c.CurrentUnit())
	}
	end, period, ok := upward(x)
	if !ok {
		return nil, fmt.Errorf("neuron: AdjointPRC: %s does not fire periodically under %g %s; use a longer settle", c.Name(), i, c.CurrentUnit())
	}
	for k := range x {
		if math.Abs(end[k]-x[k]) > 1e-3*math.Max(1, math.Abs(x[k])) {
			return nil, fmt.Errorf("neuron: AdjointPRC: %s is at %s = %g and %g in spikes that follow each other; use a longer settle", c.Name(), flow.Variables[k], x[k], end[k])
		}
	}
	steps := int(math.Ceil(period / dt))
	h := period / float64(steps)
	cycle, jac := make([][]float64, steps+1), make([][][]float64, steps+1)
	for k := range cycle {
		cycle[k], jac[k] = x, flow.jacobian(x, i)
		x = flow.rk4(x, i, h)
	}
	z := make([]float64, len(x))
	z[0] = 1
	p := &PRC{Period: period, Charge: 1, Model: c.Name(), IUnit: c.CurrentUnit()}
	p.Phase, p.Shift = make([]float64, steps), make([]float64, steps)
	// Backward in time the other solutions die out as the cycle attracts; 30 periods
	// end when nothing changes any more.
	for range 30 {
		before := append([]float64(nil), z...)
		for k := steps; k > 0; k-- {
			z = back(jac[k], jac[k-1], z, h)
		}
		scale(z, flow.Slope(cycle[0], i), period)
		change := 0.0
		for s := range z {
			change = math.Max(change, math.Abs(z[s]-before[s])/(1e-12+math.Abs(z[s])))
		}
		if change < 1e-9 {
			break
		}
	}
	for k := steps; k > 0; k-- {
		z = back(jac[k], jac[k-1], z, h)
		scale(z, flow.Slope(cycle[k-1], i), period)
		up, down := flow.Slope(cycle[k-1], i+1), flow.Slope(cycle[k-1], i-1)
		p.Phase[k-1] = float64(k-1) / float64(steps)
		for s := range z {
			p.Shift[k-1] += float64(z[s] * ((up[s] - down[s]) / 2))
		}
	}
	return p, nil
}

// rk4 returns the state a time h after x under the current i.
func (f *Flow) rk4(x []float64, i, h float64) []float64 {
	plus := func(k []float64, h float64) []float64 {
		y := make([]float64, len(x))
		for s := range x {
			y[s] = x[s] + float64(h*k[s])
		}
		return y
	}
	k1 := f.Slope(x, i)
	k2 := f.Slope(plus(k1, h/2), i)
	k3 := f.Slope(plus(k2, h/2), i)
	k4 := f.Slope(plus(k3, h), i)
	y := make([]float64, len(x))
	for s := range x {
		y[s] = x[s] + float64(h/6*((k1[s]+k4[s])+float64(2*(k2[s]+k3[s]))))
	}
	return y
}

// back returns the adjoint a time h before z, where the Jacobian goes from j1 to j0, by
// the trapezoidal rule, which stands rates faster than 1/h.
func back(j1, j0 [][]float64, z []float64, h float64) []float64 {
	n := len(z)
	a := make([][]float64, n)
	for r := range a {
		a[r] = make([]float64, n+1)
		right := z[r]
		for s := range z {
			a[r][s] = -float64(0.5 * h * j0[s][r])
			right += float64(0.5 * h * j1[s][r] * z[s])
		}
		a[r][r]++
		a[r][n] = right
	}
	x, ok := linalg.Solve(a, 0)
	if !ok {
		return z
	}
	return x
}

// scale makes the adjoint that of a phase from 0 to 1.
func scale(z, slope []float64, period float64) {
	dot := 0.0
	for s := range z {
		dot += float64(z[s] * slope[s])
	}
	for s := range z {
		z[s] /= dot * period
	}
}

// At returns the shift at a phase (0 to 1), interpolated linearly around the cycle.
func (p *PRC) At(phase float64) float64 {
	phase -= math.Floor(phase)
	n := len(p.Phase)
	for k := range n {
		a, b := p.Phase[k], p.Phase[(k+1)%n]
		if k == n-1 {
			b++
		}
		x := phase
		if x < p.Phase[0] {
			x++
		}
		if x >= a && x <= b {
			return p.Shift[k] + float64((p.Shift[(k+1)%n]-p.Shift[k])*((x-a)/(b-a)))
		}
	}
	return p.Shift[0]
}

// Type returns 1 for a curve that hardly delays spikes (less than a tenth of its
// largest advance), and 2 for one that does, as of cells that begin to fire by a Hopf
// bifurcation (Hansel, Mato and Meunier 1995, Neural Comput 7:307).
func (p *PRC) Type() int {
	if lo, hi := extremes(p.Shift); -lo < float64(0.1*hi) {
		return 1
	}
	return 2
}

// Show draws the figure of Plot.
func (p *PRC) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the shifts over the phase.
func (p *PRC) Plot() *figure.Figure {
	zero := figure.Layer{Kind: figure.Line, X: []float64{0, 1}, Y: []float64{0, 0}, Color: "grey"}
	l := []figure.Layer{zero, {Kind: figure.Line, X: p.Phase, Y: p.Shift, Color: "blue"}}
	if len(p.Phase) <= 100 {
		l = append(l, figure.Layer{Kind: figure.Points, X: p.Phase, Y: p.Shift, Color: "blue", Size: 3})
	}
	return &figure.Figure{
		Title:  fmt.Sprintf("%s: phase response for %s %s ms, period %s ms", p.Model, display.Number(p.Charge), p.IUnit, display.Number(p.Period)),
		Panels: []figure.Panel{{X: figure.Axis{Label: "phase"}, Y: figure.Axis{Label: "advance (periods)"}, Layers: l}},
	}
}

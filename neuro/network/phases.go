package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Phases are the states of a network of Brunel's (2000) kind over the strength of
// inhibition and the external input.
type Phases struct {
	G, Eta []float64
	// By Eta, then by G.
	Rate      [][]float64 `unit:"Hz"` // stationary
	CV        [][]float64 // of intervals, NaN in the state Q
	Frequency [][]float64 `unit:"Hz"` // of the oscillation, NaN where there is none
	State     [][]string  // AI, AR, SI fast, SI slow, SR or Q
}

// regular is the CV below which firing is called regular.
const regular = 0.5

// phaseNames are the states, in the order of the colours of the figure.
var phaseNames = []string{"Q", "AI", "AR", "SI slow", "SI fast", "SR"}

// BrunelPhases returns the phase diagram of BrunelMeanField with a delay, ms: 1.5 in the
// paper (Brunel 2000, figure 2). A state is synchronous (S) where Stability says that
// oscillations grow, else asynchronous (A); and regular (R) where the intervals of the
// stationary state have a CV below 0.5, else irregular (I). An oscillation is slow when its
// period is more than ten delays. Q is quiet: less than 0.001 Hz. Where there are several
// stationary states, at g below 4, it is the one that is reached from silence.
func BrunelPhases(g, eta []float64, delay float64) (*Phases, error) {
	p := &Phases{G: g, Eta: eta}
	switch {
	case len(g) == 0 || len(eta) == 0:
		return nil, fmt.Errorf("network: BrunelPhases: there are %d values of g and %d of eta; give one or more of each", len(g), len(eta))
	case !finite(delay) || delay < 0:
		return nil, fmt.Errorf("network: BrunelPhases: delay is %g ms; it must be finite and 0 or more", delay)
	}
	for _, list := range [][]float64{g, eta} {
		for i, x := range list {
			if !finite(x) || x < 0 {
				return nil, fmt.Errorf("network: BrunelPhases: g and eta must be finite and 0 or more; value %d is %g", i, x)
			}
		}
	}
	n := len(g)
	for range eta {
		p.Rate, p.CV, p.Frequency = append(p.Rate, make([]float64, n)), append(p.CV, make([]float64, n)), append(p.Frequency, make([]float64, n))
		p.State = append(p.State, make([]string, n))
	}
	task := display.Start("network.BrunelPhases", "states", len(eta)*n)
	defer task.End()
	errs := make([]error, len(eta)*n)
	linalg.Parallel(len(errs), func(k int) {
		if errs[k] = task.Err(); errs[k] == nil {
			errs[k] = p.at(k/n, k%n, delay)
			task.Add(1)
		}
	})
	for k, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("network: BrunelPhases: g = %g, eta = %g: %w", g[k%n], eta[k/n], err)
		}
	}
	return p, nil
}

// at finds the state of one point.
func (p *Phases) at(row, col int, delay float64) error {
	m := BrunelMeanField(p.G[col], p.Eta[row])
	for _, d := range m.Delay {
		d[0], d[1] = delay, delay
	}
	rates, err := m.Rates(nil)
	if err != nil {
		return err
	}
	p.Rate[row][col], p.CV[row][col], p.Frequency[row][col], p.State[row][col] = rates[0], math.NaN(), math.NaN(), "Q"
	if rates[0] < 1e-3 {
		return nil
	}
	mu, sigma := m.input(rates)
	s := m.stability(rates, mu, sigma)
	p.CV[row][col] = s.CV[0]
	irregular := s.CV[0] >= regular
	switch {
	case s.Unstable == 0 && irregular:
		p.State[row][col] = "AI"
	case s.Unstable == 0:
		p.State[row][col] = "AR"
	case !irregular:
		p.State[row][col] = "SR"
	case s.Frequency*delay > 100:
		p.State[row][col] = "SI fast"
	default:
		p.State[row][col] = "SI slow"
	}
	if s.Unstable > 0 {
		p.Frequency[row][col] = s.Frequency
	}
	return nil
}

// Plot returns the figure of the states, with lines of the stationary rate.
func (p *Phases) Plot() *figure.Figure {
	colors := []string{"#d9d9d9", "#9ecae1", "#a1d99b", "#fdd0a2", "#fc9272", "#bcbddc"}
	half := func(x []float64, k int) (lo, hi float64) {
		lo, hi = x[k]-0.5, x[k]+0.5
		if k > 0 {
			lo = float64((x[k-1] + x[k]) / 2)
		}
		if k < len(x)-1 {
			hi = float64((x[k] + x[k+1]) / 2)
		}
		switch {
		case k == 0 && len(x) > 1:
			lo = float64(2*x[k]) - hi
		case k == len(x)-1 && len(x) > 1:
			hi = float64(2*x[k]) - lo
		}
		return lo, hi
	}
	panel := figure.Panel{X: figure.Axis{Label: "g"}, Y: figure.Axis{Label: "eta"}, Legend: "beside"}
	for k, name := range phaseNames {
		l := figure.Layer{Kind: figure.Polygon, Name: name, Color: colors[k], Alpha: 1}
		for row := range p.State {
			y0, y1 := half(p.Eta, row)
			for col := 0; col < len(p.G); col++ {
				if p.State[row][col] != name {
					continue
				}
				x0, x1 := half(p.G, col)
				for col+1 < len(p.G) && p.State[row][col+1] == name {
					col++
					_, x1 = half(p.G, col)
				}
				l.X = append(l.X, x0, x1, x1, x0, math.NaN())
				l.Y = append(l.Y, y0, y0, y1, y1, math.NaN())
			}
		}
		if l.X != nil {
			panel.Layers = append(panel.Layers, l)
		}
	}
	f := &figure.Figure{Width: 14, Height: 10, Panels: []figure.Panel{panel}}
	return f
}

// Show shows the figure of Plot.
func (p *Phases) Show() display.Bundle { return p.Plot().Show() }

package stim

import (
	"fmt"
	"math"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// OU returns Ornstein-Uhlenbeck noise: a Gaussian process with the given mean,
// the standard deviation sigma and the correlation time tau (ms), that is with
// the autocovariance sigma^2 exp(-|s|/tau). It is stationary from the first
// sample on.
//
// On the grid of time steps x(k+1) = mean + r (x(k) - mean) + sigma sqrt(1-r^2)
// xi(k+1), r = exp(-dt/tau), which is exact for every dt (Gillespie 1996, Phys
// Rev E 54:2084). The random number xi(k) belongs to the seed and the step k =
// t/dt, rounded. So the same seed and dt always give the same noise, in
// whatever blocks and order it is filled; another dt gives another realisation
// of the same process, and another seed independent noise.
func OU(mean, sigma, tau float64, seed uint64) Stimulus {
	provenance.Random("stim.OU", seed)
	return &ou{Mean: mean, Sigma: sigma, Tau: tau, Seed: seed}
}

type ou struct {
	Mean, Sigma float64 // in the unit of the cell's current
	Tau         float64 `unit:"ms"` // correlation time, ms
	Seed        uint64

	mu sync.Mutex
	// The recurrence has to run from step 0; where it has been is kept, so
	// that going on, or back, costs at most one stretch.
	paths []*path
}

// A path is the process on one grid and in one direction from step 0, divided
// by sigma: anchors[i] is its value at step i*stretch.
type path struct {
	dt       float64
	backward bool
	anchors  []float64
	k        uint64 // where the last call ended, and the value there
	x        float64
}

const (
	stretch = 256
	maxPath = 4       // grids that are remembered
	maxStep = 1 << 33 // steps from time 0 that can be reached
)

func (s *ou) Fill(dst []float64, t0, dt float64) {
	first := math.Round(t0 / dt)
	if !(dt > 0) || !(math.Abs(first)+float64(len(dst)) < maxStep) || s.Check() != nil {
		for i := range dst {
			dst[i] = math.NaN()
		}
		return
	}
	k := int64(first)
	// Steps before 0 are a second path from step 0, run backward: the process
	// looks the same in both directions.
	before := int(min(max(-k, 0), int64(len(dst))))
	if before > 0 {
		s.fill(dst[:before], uint64(-k)-uint64(before)+1, dt, true)
		for i, j := 0, before-1; i < j; i, j = i+1, j-1 {
			dst[i], dst[j] = dst[j], dst[i]
		}
	}
	if before < len(dst) {
		s.fill(dst[before:], uint64(k+int64(before)), dt, false)
	}
	for i, x := range dst {
		dst[i] = s.Mean + float64(s.Sigma*x)
	}
}

// fill sets dst[i] to the value of the path at step k+i.
func (s *ou) fill(dst []float64, k uint64, dt float64, backward bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := newWalk(s.Seed, dt/s.Tau, backward)
	p := s.path(dt, backward, w)
	at, x := p.k, p.x
	if a := min(k/stretch, uint64(len(p.anchors)-1)); k < at || a*stretch > at {
		at, x = a*stretch, p.anchors[a]
	}
	for i := -int64(k - at); ; i++ {
		if at == uint64(len(p.anchors))*stretch {
			p.anchors = append(p.anchors, x)
		}
		if i == int64(len(dst)) {
			break
		}
		if i >= 0 {
			dst[i] = x
		}
		at++
		x = w.next(x, at)
	}
	p.k, p.x = at, x
}

// path returns what is known of the path with this step and direction.
func (s *ou) path(dt float64, backward bool, w *walk) *path {
	for _, p := range s.paths {
		if p.dt == dt && p.backward == backward {
			return p
		}
	}
	start := w.noise(0)
	p := &path{dt: dt, backward: backward, anchors: []float64{start}, x: start}
	if len(s.paths) == maxPath {
		s.paths = append(s.paths[:0], s.paths[1:]...)
	}
	s.paths = append(s.paths, p)
	return p
}

// A walk is the recurrence with its random numbers.
type walk struct {
	source        *rng.Source
	sign          uint64 // 1 for the steps before 0
	decay, kick   float64
	have          uint64 // the pair of numbers at hand, plus 1
	first, second float64
}

func newWalk(seed uint64, step float64, backward bool) *walk {
	w := &walk{source: rng.New(seed, 0), decay: vec.Exp(-step), kick: math.Sqrt(-vec.Expm1(-2 * step))}
	if backward {
		w.sign = 1
	}
	return w
}

func (w *walk) next(x float64, k uint64) float64 {
	return float64(w.decay*x) + float64(w.kick*w.noise(k))
}

// noise returns the standard normal number of step k. Step 0 is the same in
// both directions.
func (w *walk) noise(k uint64) float64 {
	if k == 0 {
		x, _ := w.source.NormAt(0, 0)
		return x
	}
	if w.have != k/2+1 {
		w.have = k/2 + 1
		w.first, w.second = w.source.NormAt(k/2, w.sign)
	}
	if k%2 == 0 {
		return w.first
	}
	return w.second
}

func (s *ou) Check() error {
	if err := finite("OU", "mean", s.Mean); err != nil {
		return err
	}
	if !(s.Sigma >= 0) || math.IsInf(s.Sigma, 0) {
		return fmt.Errorf("stim: OU: sigma is %g; it must be finite and not negative", s.Sigma)
	}
	if !(s.Tau > 0) || math.IsInf(s.Tau, 0) {
		return fmt.Errorf("stim: OU: tau is %g ms; it must be positive and finite", s.Tau)
	}
	return nil
}

func (s *ou) Show() display.Bundle { return show(s, 0, 50*s.Tau) }

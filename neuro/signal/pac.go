package signal

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PACOptions say how PhaseAmplitude measures and tests. The zero value of a field
// means its default.
type PACOptions struct {
	// Measure is a name of the list at PhaseAmplitude; "" is "tort".
	Measure string
	// Bins of phase, for "tort" and "heights"; 0 is 18, of 20 degrees.
	Bins int
	// Surrogates is how many rearrangements the measure is compared with; 0 is
	// none, and then there are no Z and P.
	Surrogates int
	// Shuffle says how the amplitude is moved against the phase: "time shift"
	// (also ""), "blocks" or "trials", see PhaseAmplitude.
	Shuffle string
	// MinShift is the least shift of "time shift". With 0 all lags are as
	// likely, which is what makes the test exact: without those around none,
	// whose values are like that of the data, it finds too much.
	MinShift float64 `unit:"s"`
	// Blocks is how many pieces a trial is cut into for "blocks"; 0 is 2.
	Blocks int
	// Edge is cut off both ends of each trial after filtering.
	Edge float64 `unit:"s"`
	// Amplitude holds the trials of another channel, whose amplitude is taken
	// instead of that of x.
	Amplitude [][]float64
	Seed      uint64
}

// pacMeasures are the names of measures, in the order in which errors list them.
var pacMeasures = []string{"tort", "canolty", "ozkurt", "glm", "heights", "plv", "plv broad", "copula"}

var pacShuffles = []string{"time shift", "blocks", "trials"}

// A Comodulation is how strongly the amplitude of fast rhythms follows the phase
// of slow ones.
type Comodulation struct {
	Measure string       // such as "tort"
	Phase   [][2]float64 `unit:"Hz"` // bands whose phase was taken, Hz
	Amp     [][2]float64 `unit:"Hz"` // bands whose amplitude was taken, Hz
	V       [][]float64  // V[i][j]: of Amp[i] by Phase[j]
	// Angle[i][j] is the phase at which the amplitude is largest: the direction of
	// its first harmonic, 0 at the peak of the slow rhythm.
	Angle [][]float64 `unit:"rad"`

	Shuffle    string      // what the surrogates were; "" without any
	Surrogates int         // how many
	Z          [][]float64 // V less the surrogates' mean, in their standard deviations (n-1)
	P          [][]float64 // (b+1)/(m+1) for b of m surrogates as large or larger
	PMax       [][]float64 // the same against the largest of all pairs: corrected for their number
}

// Comodulogram returns Tort's modulation index for every pair of bands, of one
// stretch of signal and without surrogates: PhaseAmplitude with its defaults.
//
// x are samples, fs their rate in Hz; phase and amp are bands as {low, high} in Hz.
// Errors: those of PhaseAmplitude. Source: Tort et al. 2010, J. Neurophysiol.
// 104:1195. Peer: tensorpac.Pac with idpac 2.
func Comodulogram(x []float64, fs float64, phase, amp [][2]float64) (*Comodulation, error) {
	return phaseAmplitude("Comodulogram", [][]float64{x}, fs, phase, amp, PACOptions{})
}

// PhaseAmplitude measures how the amplitude in each fast band follows the phase of
// each slow one, and tests it with surrogates. Trials are filtered one by one
// (Butterworth of order 3, forward and backward), phase φ and amplitude a are those
// of the analytic signals, and all N samples of all trials are taken together:
//
//	tort       1 + Σ p log p / log Bins, p the share of each bin of phase in the mean amplitudes (Tort et al. 2010)
//	canolty    |Σ a exp(iφ)| / N, the mean vector's length, in units of the signal      (Canolty et al. 2006)
//	ozkurt     the same with the amplitude's z-scores                          (Özkurt 2012's direct estimate)
//	glm        r of a = b0 + b1 cos φ + b2 sin φ                                     (Penny et al. 2008)
//	heights    (largest bin - smallest)/largest                                   (Lakatos et al. 2005)
//	plv        |Σ exp(i(φ - ψ))| / N, ψ the phase of the amplitude in φ's own band  (Penny et al. 2008)
//	plv broad  the same, ψ the phase of the amplitude with its mean and all its frequencies
//	copula     information between a and (cos φ, sin φ) after ranking, bit         (Ince et al. 2017)
//
// Surrogates move the amplitude against the phase, all pairs of bands alike:
//
//	time shift  each trial's amplitude is turned round in time by a random lag (Canolty et al. 2006)
//	blocks      each trial's amplitude is cut at random places and its Blocks pieces are put together in random order; 2 pieces change places (Bahramisharif et al. 2013)
//	trials      the phases of each trial meet the amplitudes of a random other one, each used once (Tort et al. 2010)
//
// Filtered noise is slow to forget its phase: trials shorter than some ten cycles of
// the slow band leave few lags that differ. A response that is locked to the start of
// trials couples bands without one driving the other, which "trials" keeps
// in the surrogates and shifts in time do not.
//
// x[i] are the samples of trial i, all as long ([][]float64{x} for one stretch), fs
// their rate in Hz; phase and amp are bands as {low, high} in Hz. A band of amp must
// be wider than twice the phase's frequency, or the modulation is filtered away.
//
// Errors: those of Butter and FiltFilt, which name the band; no bands; trials of
// unequal lengths, NaN or infinite samples, a flat trial; an edge that leaves nothing;
// "trials" of fewer than 2; unknown names. Peer: tensorpac 0.6.5, whose values all
// measures but "plv" and "glm" have.
func PhaseAmplitude(x [][]float64, fs float64, phase, amp [][2]float64, o PACOptions) (*Comodulation, error) {
	return phaseAmplitude("PhaseAmplitude", x, fs, phase, amp, o)
}

func phaseAmplitude(call string, x [][]float64, fs float64, phase, amp [][2]float64, o PACOptions) (*Comodulation, error) {
	p, err := newPAC(call, x, fs, phase, amp, o)
	if err != nil {
		return nil, err
	}
	n := len(phase)
	c := &Comodulation{Measure: p.o.Measure, Phase: slices.Clone(phase), Amp: slices.Clone(amp), V: rows(len(amp), n), Angle: rows(len(amp), n)}
	task := display.Start("signal."+call, "bands", len(phase)+len(amp))
	defer task.End()
	moves, err := p.surrogates(fs, task.Err)
	if err != nil {
		return nil, err
	}
	slow, errs := make([]slowPhase, n), make([]error, max(n, len(amp)))
	linalg.Parallel(n, func(j int) {
		if task.Err() == nil {
			slow[j], errs[j] = p.phase(phase[j])
			task.Add(1)
		}
	})
	if err := firstError(task.Err(), errs); err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	null := rows(len(amp)*n, len(moves))
	// A few amplitudes at a time, so that phases come through memory less often.
	group := max(1, min(4, len(amp)/runtime.GOMAXPROCS(0)))
	linalg.Parallel((len(amp)+group-1)/group, func(g int) {
		first, last := g*group, min(len(amp), (g+1)*group)
		pairs := make([][]*coupling, last-first)
		for i := first; i < last; i++ {
			if task.Err() != nil {
				return
			}
			a, err := p.amplitude(amp[i])
			for j := range slow {
				var m *coupling
				if err == nil {
					m, err = p.pair(&slow[j], a, phase[j])
				}
				pairs[i-first] = append(pairs[i-first], m)
			}
			if err != nil {
				errs[i] = err
				return
			}
		}
		for _, m := range p.whole {
			for j := range slow {
				for _, row := range pairs {
					row[j].add(m)
				}
			}
		}
		for i := first; i < last; i++ {
			for j, m := range pairs[i-first] {
				c.V[i][j], c.Angle[i][j] = m.result()
				for s, move := range moves {
					if s%32 == 0 && task.Err() != nil {
						return
					}
					null[i*n+j][s], _ = m.value(move)
				}
			}
			task.Add(1)
		}
	})
	if err := firstError(task.Err(), errs); err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	if len(moves) > 0 {
		c.test(null)
		c.Shuffle, c.Surrogates = p.o.Shuffle, len(moves)
	}
	return c, nil
}

func firstError(stopped error, errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return stopped
}

// test fills in Z, P and PMax; null[i*len(Phase)+j] are the surrogates of a pair.
func (c *Comodulation) test(null [][]float64) {
	m, n := len(null[0]), len(c.Phase)
	most := make([]float64, m)
	for s := range most {
		most[s] = math.Inf(-1)
		for _, v := range null {
			most[s] = max(most[s], v[s])
		}
	}
	c.Z, c.P, c.PMax = rows(len(c.Amp), n), rows(len(c.Amp), n), rows(len(c.Amp), n)
	for i := range c.V {
		for j, v := range c.V[i] {
			w := null[i*n+j]
			mean, sd := 0.0, 0.0
			b, bm := 0, 0
			for s, u := range w {
				mean += u
				if u >= v-float64(1e-12*math.Abs(v)) {
					b++
				}
				if most[s] >= v-float64(1e-12*math.Abs(v)) {
					bm++
				}
			}
			mean /= float64(m)
			for _, u := range w {
				sd += float64((u - mean) * (u - mean))
			}
			c.Z[i][j] = (v - mean) / math.Sqrt(sd/float64(m-1))
			c.P[i][j] = float64(b+1) / float64(m+1)
			c.PMax[i][j] = float64(bm+1) / float64(m+1)
		}
	}
}

// A pac holds what is the same for all bands.
type pac struct {
	call    string
	fs      float64
	x, y    [][]float64 // trials of phase and of amplitude
	cut     int         // samples off each end
	samples int         // left of each trial
	o       PACOptions
	whole   []move // everything in its place
}

func newPAC(call string, x [][]float64, fs float64, phase, amp [][2]float64, o PACOptions) (*pac, error) {
	fail := func(format string, args ...any) (*pac, error) {
		return nil, fmt.Errorf("signal: "+call+": "+format, args...)
	}
	if o.Measure == "" {
		o.Measure = "tort"
	}
	if o.Shuffle == "" {
		o.Shuffle = "time shift"
	}
	if o.Bins == 0 {
		o.Bins = 18
	}
	if o.Blocks == 0 {
		o.Blocks = 2
	}
	switch {
	case len(phase) == 0 || len(amp) == 0:
		return fail("%d bands of phase and %d of amplitude; at least one of each is needed", len(phase), len(amp))
	case !slices.Contains(pacMeasures, o.Measure):
		return fail("Measure %q is not known; allowed are %s", o.Measure, strings.Join(pacMeasures, ", "))
	case !slices.Contains(pacShuffles, o.Shuffle):
		return fail("Shuffle %q is not known; allowed are %s", o.Shuffle, strings.Join(pacShuffles, ", "))
	case o.Bins < 2 || o.Bins > 120:
		return fail("Bins is %d; 2 to 120 are allowed", o.Bins)
	case o.Surrogates < 0 || o.Surrogates == 1:
		return fail("Surrogates is %d; 0 is none, and a test needs 2 or more (19 for p = 0.05)", o.Surrogates)
	case o.Blocks < 2:
		return fail("Blocks is %d; 2 or more are needed", o.Blocks)
	case !(o.Edge >= 0) || !(o.MinShift >= 0):
		return fail("Edge %g s, MinShift %g s; they must not be below 0", o.Edge, o.MinShift)
	}
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	p := &pac{call: call, fs: fs, x: x, y: x, o: o}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	if o.Amplitude != nil {
		p.y = o.Amplitude
		if err := checkSignals(call, "Amplitude", p.y); err != nil {
			return nil, err
		}
		if len(p.y) != len(x) || len(p.y[0]) != len(x[0]) {
			return fail("Amplitude has %d trials of %d samples and x %d of %d; they must be alike", len(p.y), len(p.y[0]), len(x), len(x[0]))
		}
	}
	for what, trials := range [][][]float64{x, p.y} {
		for i, s := range trials {
			if constant(s) {
				return fail("%s[%d] is flat (%g in all samples); it has no phase and no amplitude", []string{"x", "Amplitude"}[what], i, s[0])
			}
		}
	}
	p.cut = int(math.Round(o.Edge * fs))
	p.samples = len(x[0]) - 2*p.cut
	if p.samples < 2*o.Bins {
		return fail("trials of %d samples less an edge of %d on both sides leave %d; %d or more are needed", len(x[0]), p.cut, max(0, p.samples), 2*o.Bins)
	}
	const piece = 4096 // whose phases and amplitudes stay near the processor
	for at := 0; at < p.samples*len(x); at += piece {
		p.whole = append(p.whole, move{at, at, min(piece, p.samples*len(x)-at)})
	}
	return p, nil
}

// analytic returns the analytic signal of trials in a band, one after the other,
// real and imaginary parts.
func (p *pac) analytic(kind string, trials [][]float64, b [2]float64) (re, im []float64, err error) {
	s, err := Butter(3, "band", p.fs, b[0], b[1])
	if err != nil {
		return nil, nil, fmt.Errorf("%s band %g to %g Hz: %w", kind, b[0], b[1], err)
	}
	// Trials four at a time, or the only one with less to copy.
	var filtered [][]float64
	if len(trials) > 1 {
		filtered, err = s.FiltFiltEach(trials)
	} else {
		filtered = make([][]float64, 1)
		filtered[0], err = s.FiltFilt(trials[0])
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s band %g to %g Hz: %w", kind, b[0], b[1], err)
	}
	n := len(trials[0])
	t := newTurner(n)
	if len(trials) == 1 {
		t.quarter(filtered[0])
		return filtered[0][p.cut : p.cut+p.samples], t.out[p.cut : p.cut+p.samples], nil
	}
	re, im = make([]float64, p.samples*len(trials)), make([]float64, p.samples*len(trials))
	for i, y := range filtered {
		t.quarter(y)
		copy(re[i*p.samples:], y[p.cut:p.cut+p.samples])
		copy(im[i*p.samples:(i+1)*p.samples], t.out[p.cut:])
	}
	return re, im, nil
}

// A turner delays every frequency of real signals by a quarter of its period:
// Hilbert's transform, as function Hilbert has it.
type turner struct {
	plan *fft.Plan
	half []complex128
	out  []float64
}

func newTurner(n int) *turner {
	return &turner{plan: fft.New(n), half: make([]complex128, n/2+1), out: make([]float64, n)}
}

func (t *turner) quarter(x []float64) {
	t.plan.RealForward(t.half, x)
	for k, v := range t.half {
		t.half[k] = complex(imag(v), -real(v))
	}
	t.half[0] = 0
	if len(x)%2 == 0 {
		t.half[len(x)/2] = 0
	}
	t.plan.RealInverse(t.out, t.half)
}

// sizes sets dst to the lengths of vectors. Band-passed signals of any unit have
// squares that neither overflow nor vanish.
func sizes(dst, re, im []float64) {
	vec.MulBlock(dst, re, re)
	vec.FMABlock(dst, im, im, dst)
	vec.SqrtBlock(dst, dst)
}

// unit turns vectors into those of length 1, in place.
func unit(re, im []float64) {
	h := make([]float64, len(re))
	sizes(h, re, im)
	vec.DivBlock(re, re, h)
	vec.DivBlock(im, im, h)
	for i, v := range h {
		if v == 0 {
			re[i], im[i] = 1, 0
		}
	}
}

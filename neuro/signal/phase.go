package signal

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// ConnectivityOptions say what ConnectivityOverTrials computes. The zero value of a
// field means its default.
type ConnectivityOptions struct {
	// Measures are names of the list at ConnectivityOverTrials; nil is "coh",
	// "plv", "wpli".
	Measures []string
	// Lo and Hi limit the frequencies, both included; a Hi of 0 is half the
	// sampling rate.
	Lo, Hi float64 `unit:"Hz"`
	// Spectrum is "fourier", one transform of each trial with a Hann window
	// (also ""), or "multitaper".
	Spectrum string
	// Bandwidth is that of MultitaperOptions, in Hz.
	Bandwidth float64 `unit:"Hz"`
}

// connectivityMeasures are the names of measures, in the order in which errors list
// them.
var connectivityMeasures = []string{"coh", "imcoh", "plv", "ciplv", "ppc", "pli", "pli2", "dpli", "wpli", "wpli2"}

// ConnectivityOverTrials returns measures of how the phases and amplitudes of all
// pairs of channels go together over trials, at each frequency: whether the
// difference of phase at a frequency is the same in every trial. With the
// cross-spectrum S = X_a conj(X_b) of each trial and means ⟨⟩ over n trials,
//
//	coh    |⟨S⟩| / √(⟨|X_a|²⟩⟨|X_b|²⟩)       coherency's size (Coherence has its square)
//	imcoh  Im⟨S⟩ / √(⟨|X_a|²⟩⟨|X_b|²⟩)       blind to what spreads at once (Nolte et al. 2004)
//	plv    |⟨S/|S|⟩|                         phase locking (Lachaux et al. 1999)
//	ciplv  |Im⟨S/|S|⟩| / √(1 - Re²⟨S/|S|⟩)   (Bruña et al. 2018)
//	ppc    (n plv² - 1)/(n - 1)              plv² without bias (Vinck et al. 2010)
//	pli    |⟨sign Im S⟩|                     phase lag index (Stam et al. 2007)
//	pli2   (n pli² - 1)/(n - 1)              pli² without bias (Vinck et al. 2011)
//	dpli   ⟨H(Im S)⟩                         share of trials in which a leads (Stam and van Straaten 2012)
//	wpli   |⟨Im S⟩| / ⟨|Im S|⟩               weighted by size (Vinck et al. 2011)
//	wpli2  wpli² without bias (Vinck et al. 2011)
//
// trials[i][c] are the samples of channel c in trial i, all as long, fs their rate
// in Hz. There is one result for each measure, in their order; imcoh and dpli are
// those of the lower channel against the higher one.
//
// Errors: fewer than 2 trials or channels, trials that differ in channels or
// samples, NaN or infinite samples, an unknown measure, limits without a frequency
// between. Peer: mne_connectivity.spectral_connectivity_epochs.
func ConnectivityOverTrials(trials [][][]float64, fs float64, o ConnectivityOptions) ([]*Connectivity, error) {
	const call = "ConnectivityOverTrials"
	if len(trials) < 2 {
		return nil, fmt.Errorf("signal: %s: %d trials; 2 or more are needed", call, len(trials))
	}
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkTrials(call, trials); err != nil {
		return nil, err
	}
	channels, n := len(trials[0]), len(trials[0][0])
	if channels < 2 {
		return nil, fmt.Errorf("signal: %s: %d channels; 2 or more are needed for a pair", call, channels)
	}
	measures, err := chosenMeasures(call, o.Measures)
	if err != nil {
		return nil, err
	}
	var t *tapers
	switch o.Spectrum {
	case "", "fourier":
		w, err := symmetricWindow(call, "hann", n)
		if err != nil {
			return nil, err
		}
		t = &tapers{n: n, v: [][]float64{w}, ratios: []float64{1}, plan: fft.New(n)}
	case "multitaper":
		if t, err = newTapers(call, trials[0], fs, MultitaperOptions{Bandwidth: o.Bandwidth}); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf(`signal: %s: Spectrum %q is not known; allowed are fourier, multitaper`, call, o.Spectrum)
	}
	hi := o.Hi
	if hi == 0 {
		hi = fs / 2
	}
	var f []float64
	first := -1
	for k := 0; k <= n/2; k++ {
		if v := float64(k) * fs / float64(n); v >= o.Lo && v <= hi {
			if first < 0 {
				first = k
			}
			f = append(f, v)
		}
	}
	if len(f) == 0 {
		return nil, fmt.Errorf("signal: %s: no frequency lies between %g and %g Hz; they are %.4g Hz apart up to %g Hz", call, o.Lo, hi, fs/float64(n), fs/2)
	}
	// Spectra of each channel: trial after trial, taper after taper.
	count := len(t.v)
	x := make([][]complex128, channels)
	task := display.Start("signal."+call, "channels", 2*channels)
	defer task.End()
	linalg.Parallel(channels, func(c int) {
		w := t.worker()
		x[c] = make([]complex128, len(trials)*count*len(f))
		for i := range trials {
			if task.Err() != nil {
				return
			}
			t.transform(w, trials[i][c])
			for l := range count {
				z, weight := w.z[l/fft.Lanes], math.Sqrt(t.ratios[l])
				out := x[c][(i*count+l)*len(f):][:len(f)]
				for k := range out {
					g := z[groupSize*(first+k)+l%fft.Lanes:]
					s := weight
					if first+k == 0 || 2*(first+k) == n {
						s *= math.Sqrt2 / 2
					}
					out[k] = complex(g[0]*s, g[fft.Lanes]*s)
				}
			}
		}
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	out := newConnectivities(measures, "trials", len(trials), f, channels)
	pairs := out[0].Pairs
	power := make([][]float64, channels)
	linalg.Parallel(channels, func(c int) { power[c] = sumPower(x[c], len(f)) })
	linalg.Parallel(len(pairs), func(p int) {
		if task.Err() != nil {
			return
		}
		a, b := pairs[p][0], pairs[p][1]
		s := newPhaseSums(len(f))
		for i := range trials {
			for k := range s.cross {
				s.cross[k] = 0
			}
			for l := range count {
				at := (i*count + l) * len(f)
				addConjugate(s.cross, x[a][at:], x[b][at:])
			}
			s.add()
		}
		for _, r := range out {
			s.measure(r.Measure, r.V[p], power[a], power[b])
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// ConnectivityOverTime returns the measures that ConnectivityOverTrials lists for
// one stretch of signals, over time instead of trials: whether the difference of
// phase within a band stays the same from sample to sample. X are the analytic
// signals (Hilbert) of what a Butterworth band pass of order 4, forward and
// backward, leaves between lo and hi (Hz).
//
// x[c] are the samples of channel c, fs their rate in Hz; measures as in
// ConnectivityOptions. Neighbouring samples are not independent: values are larger
// than those over as many trials, and ppc, pli2 and wpli2 are not free of bias; a
// test needs surrogates. Each result has one frequency, the middle of the band.
//
// Errors: those of Butter and FiltFilt, fewer than 2 channels, an unknown measure.
// Checked against signals with a known difference of phase.
func ConnectivityOverTime(x [][]float64, fs, lo, hi float64, measures []string) ([]*Connectivity, error) {
	const call = "ConnectivityOverTime"
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	if len(x) < 2 {
		return nil, fmt.Errorf("signal: %s: %d channels; 2 or more are needed for a pair", call, len(x))
	}
	measures, err := chosenMeasures(call, measures)
	if err != nil {
		return nil, err
	}
	band, err := Butter(4, "band", fs, lo, hi)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	y, err := band.FiltFiltEach(x)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	task := display.Start("signal."+call, "channels", len(x))
	defer task.End()
	z, errs := make([][]complex128, len(x)), make([]error, len(x))
	power := make([][]float64, len(x))
	linalg.Parallel(len(x), func(c int) {
		z[c], errs[c] = Hilbert(y[c])
		power[c] = sumPower(z[c], 1)
	})
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, err)
		}
	}
	out := newConnectivities(measures, "samples of time", len(x[0]), []float64{float64((lo + hi) * 0.5)}, len(x))
	pairs := out[0].Pairs
	linalg.Parallel(len(pairs), func(p int) {
		if task.Err() != nil {
			return
		}
		a, b := pairs[p][0], pairs[p][1]
		s := newPhaseSums(1)
		for i, v := range z[a] {
			s.cross[0] = 0
			addConjugate(s.cross, []complex128{v}, z[b][i:])
			s.add()
		}
		for _, r := range out {
			s.measure(r.Measure, r.V[p], power[a], power[b])
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

func checkTrials(call string, trials [][][]float64) error {
	for i, t := range trials {
		if err := checkSignals(call, fmt.Sprintf("trials[%d]", i), t); err != nil {
			return err
		}
		if len(t) != len(trials[0]) || len(t[0]) != len(trials[0][0]) {
			return fmt.Errorf("signal: %s: trials[%d] has %d channels of %d samples and trials[0] %d of %d; all must be alike", call, i, len(t), len(t[0]), len(trials[0]), len(trials[0][0]))
		}
	}
	return nil
}

func chosenMeasures(call string, names []string) ([]string, error) {
	if names == nil {
		return []string{"coh", "plv", "wpli"}, nil
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("signal: %s: measures is empty; name one or more of %s", call, strings.Join(connectivityMeasures, ", "))
	}
	for _, m := range names {
		if !slices.Contains(connectivityMeasures, m) {
			return nil, fmt.Errorf("signal: %s: measure %q is not known; allowed are %s", call, m, strings.Join(connectivityMeasures, ", "))
		}
	}
	return names, nil
}

func newConnectivities(measures []string, over string, count int, f []float64, channels int) []*Connectivity {
	out := make([]*Connectivity, len(measures))
	pairs := allPairs(channels)
	for i, m := range measures {
		out[i] = &Connectivity{Measure: m, Over: over, Count: count, F: f, Pairs: pairs, V: rows(len(pairs), len(f))}
	}
	return out
}

// sumPower returns the sum of |x|² over rows of n values.
func sumPower(x []complex128, n int) []float64 {
	p := make([]float64, n)
	for i, v := range x {
		p[i%n] += float64(real(v)*real(v)) + float64(imag(v)*imag(v))
	}
	return p
}

// addConjugate adds a conj(b) to sum.
func addConjugate(sum, a, b []complex128) {
	a, b = a[:len(sum)], b[:len(sum)]
	for k, x := range a {
		y := b[k]
		sum[k] += complex(float64(real(x)*real(y))+float64(imag(x)*imag(y)), float64(imag(x)*real(y))-float64(real(x)*imag(y)))
	}
}

// phaseSums sums over trials what the measures need, for a pair.
type phaseSums struct {
	count                    int
	cross, total, unit       []complex128
	sign, lead, size, square []float64 // of the imaginary part
}

func newPhaseSums(n int) *phaseSums {
	c := make([]complex128, 3*n)
	f := make([]float64, 4*n)
	return &phaseSums{cross: c[:n], total: c[n : 2*n], unit: c[2*n:], sign: f[:n], lead: f[n : 2*n], size: f[2*n : 3*n], square: f[3*n:]}
}

// add takes the cross-spectrum of one more trial over.
func (s *phaseSums) add() {
	s.count++
	for k, v := range s.cross {
		re, im := real(v), imag(v)
		s.total[k] += v
		if d := math.Sqrt(float64(re*re) + float64(im*im)); d > 0 {
			s.unit[k] += complex(re/d, im/d)
		}
		switch {
		case im > 0:
			s.sign[k]++
			s.lead[k]++
		case im < 0:
			s.sign[k]--
		default:
			s.lead[k] += 0.5
		}
		s.size[k] += math.Abs(im)
		s.square[k] += float64(im * im)
	}
}

// measure sets out to a measure; pa and pb are the sums of the powers.
func (s *phaseSums) measure(name string, out, pa, pb []float64) {
	n := float64(s.count)
	for k := range out {
		re, im := real(s.total[k]), imag(s.total[k])
		ur, ui := real(s.unit[k])/n, imag(s.unit[k])/n
		locking := math.Sqrt(float64(ur*ur) + float64(ui*ui))
		root := math.Sqrt(pa[k]) * math.Sqrt(pb[k])
		lag := s.sign[k] / n
		switch name {
		case "coh":
			out[k] = math.Sqrt(float64(re*re)+float64(im*im)) / root
		case "imcoh":
			out[k] = im / root
		case "plv":
			out[k] = locking
		case "ciplv":
			out[k] = math.Abs(ui) / math.Sqrt(float64((1-ur)*(1+ur)))
		case "ppc":
			out[k] = (float64(n*locking*locking) - 1) / (n - 1)
		case "pli":
			out[k] = math.Abs(lag)
		case "pli2":
			out[k] = (float64(n*lag*lag) - 1) / (n - 1)
		case "dpli":
			out[k] = s.lead[k] / n
		case "wpli":
			out[k] = ratio(math.Abs(im), s.size[k])
		case "wpli2":
			out[k] = ratio(float64(im*im)-s.square[k], float64(s.size[k]*s.size[k])-s.square[k])
		}
	}
}

// ratio returns a/b, and 0 where b is 0: no lag in any trial.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

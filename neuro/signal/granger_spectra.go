package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// GrangerNonparametric returns Granger causality over frequency without a model:
// the cross-spectra of all channels, by multitaper over trials, are taken apart into
// transfer functions and noise, S = H Σ H*, by Wilson's iteration, and then it is the
// one of VAR.Directed. There is no order to choose; the bandwidth of the tapers
// smooths instead, and biases it upward with few trials: more than 10 trials times
// tapers for each channel are wanted.
//
// kind is "pairwise", each pair for itself, or "conditional" (also ""), given all
// other channels. trials[i][c] are the samples of channel c in trial i, fs their rate
// in Hz; each trial's mean is taken out. Frequencies are fs/samples apart, from 0 to
// half the rate (an odd number of samples is cut by one).
//
// Errors: fewer than 2 channels, fewer trials times tapers than channels, trials that
// differ in channels or samples, NaN or infinite samples, flat channels, channels that
// follow from each other, an iteration that does not end. Sources: Dhamala, Rangarajan
// and Ding 2008, Phys. Rev. Lett. 100:018701; Wilson 1972, SIAM J. Appl. Math. 23:420.
// Checked against the spectra and the causality of known models.
func GrangerNonparametric(trials [][][]float64, fs float64, kind string, o MultitaperOptions) (*Directed, error) {
	const call = "GrangerNonparametric"
	fail := func(format string, args ...any) (*Directed, error) {
		return nil, fmt.Errorf("signal: "+call+": "+format, args...)
	}
	if kind == "" {
		kind = "conditional"
	}
	if kind != "conditional" && kind != "pairwise" {
		return fail("kind %q is not known; allowed are conditional, pairwise", kind)
	}
	if len(trials) == 0 {
		return fail("there are no trials")
	}
	if err := checkTrials(call, trials); err != nil {
		return nil, err
	}
	n, samples := len(trials[0]), len(trials[0][0])/2*2
	if n < 2 || samples < 4 {
		return fail("%d channels of %d samples; 2 or more of 4 or more are needed", n, len(trials[0][0]))
	}
	names, _ := channelNames(call, nil, n)
	x, _, err := centredTrials(call, trials, names, "")
	if err != nil {
		return nil, err
	}
	for i := range x {
		for c := range x[i] {
			x[i][c] = x[i][c][:samples]
		}
	}
	if o.Adaptive {
		return fail("Adaptive weights differ between channels and frequencies; take fixed ones")
	}
	t, err := newTapers(call, x[0], fs, o)
	if err != nil {
		return nil, err
	}
	if len(x)*len(t.v) < n {
		return fail("%d trials of %d tapers for %d channels; their product must be as many or more", len(x), len(t.v), n)
	}
	s, err := crossSpectra(call, t, x, fs)
	if err != nil {
		return nil, err
	}
	d := newDirected(names, fs, len(s))
	d.Measure = "granger"
	if kind == "conditional" {
		d.Measure = "conditional granger"
	}
	for k := range s {
		d.F[k] = float64(k) * fs / float64(samples)
		for i := range n {
			d.Power[i][k] = 2 * real(s[k][i][i])
		}
	}
	if err := spectraGranger(call, d, s, kind == "pairwise"); err != nil {
		return nil, err
	}
	return d, nil
}

// newDirected returns a measure with NaN from channels to themselves.
func newDirected(names []string, fs float64, frequencies int) *Directed {
	n := len(names)
	d := &Directed{Names: names, F: make([]float64, frequencies), V: make([][][]float64, n), Power: rows(n, frequencies), rate: fs}
	for i := range d.V {
		d.V[i] = rows(n, frequencies)
		for k := range frequencies {
			d.V[i][i][k] = math.NaN()
		}
	}
	return d
}

// crossSpectra returns the two-sided spectral densities S[k][i][j] = ⟨X_i conj X_j⟩
// at frequencies 0 to half the rate, over trials and tapers.
func crossSpectra(call string, t *tapers, x [][][]float64, fs float64) ([]cmatrix, error) {
	n, bins, count := len(x[0]), t.n/2+1, len(t.v)
	task := display.Start("signal."+call, "trials", len(x))
	defer task.End()
	s := make([]cmatrix, bins)
	for k := range s {
		s[k] = newCMatrix(n)
	}
	z := make([][]complex128, n)
	for c := range z {
		z[c] = make([]complex128, count*bins)
	}
	total := 0.0
	for _, r := range t.ratios {
		total += r
	}
	scale := 1 / (total * fs * float64(len(x)))
	workers := make([]*taperWorker, n)
	for i := range x {
		linalg.Parallel(n, func(c int) {
			if workers[c] == nil {
				workers[c] = t.worker()
			}
			t.transform(workers[c], x[i][c])
			for l := range count {
				g := workers[c].z[l/fft.Lanes]
				for k := range bins {
					z[c][l*bins+k] = complex(g[groupSize*k+l%fft.Lanes], g[groupSize*k+l%fft.Lanes+fft.Lanes])
				}
			}
		})
		linalg.Parallel(bins, func(k int) {
			for l := range count {
				w := t.ratios[l] * scale
				for a := range n {
					for b := range a + 1 {
						v := product(z[a][l*bins+k], conj(z[b][l*bins+k]))
						s[k][a][b] += complex(float64(real(v)*w), float64(imag(v)*w))
					}
				}
			}
		})
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
	}
	for k := range s {
		for a := range n {
			s[k][a][a] = complex(real(s[k][a][a]), 0)
			for b := range a {
				s[k][b][a] = conj(s[k][a][b])
			}
		}
	}
	return s, nil
}

// spectraGranger fills d with Granger causality from spectra at frequencies k fs/N,
// k = 0 to N/2.
func spectraGranger(call string, d *Directed, s []cmatrix, pairwise bool) error {
	n := len(d.V)
	all := without(n, n)
	task := display.Start("signal."+call, "factors", 0)
	defer task.End()
	var jobs [][]int
	switch {
	case pairwise || n == 2:
		for _, p := range allPairs(n) {
			jobs = append(jobs, p[:])
		}
	default:
		for j := range n {
			jobs = append(jobs, without(n, j))
		}
	}
	var h []cmatrix
	var sigma [][]float64
	if !pairwise && n > 2 {
		var err error
		if h, sigma, err = wilson(s, all, task.Err); err != nil {
			return fmt.Errorf("signal: %s: %w", call, err)
		}
	}
	errs := make([]error, len(jobs))
	linalg.Parallel(len(jobs), func(at int) {
		keep := jobs[at]
		part, v, err := wilson(s, keep, task.Err)
		if err != nil {
			errs[at] = err
			return
		}
		if h == nil {
			for k := range part {
				for i := range 2 {
					d.V[keep[i]][keep[1-i]][k] = geweke(part[k], v, i, 1-i)
				}
			}
			return
		}
		errs[at] = conditional(d, keep, part, v, h, sigma)
	})
	if err := firstError(task.Err(), errs); err != nil {
		return fmt.Errorf("signal: %s: %w", call, err)
	}
	return nil
}

// conditional fills in what the channel that is not in keep does to the others: part
// and v are transfer functions and noise of keep alone, h and sigma those of all.
func conditional(d *Directed, keep []int, part []cmatrix, v [][]float64, h []cmatrix, sigma [][]float64) error {
	j := missing(keep)
	order := append(append([]int(nil), keep...), j)
	noise := linalg.Zeros(len(order))
	for a, x := range order {
		for b, y := range order {
			noise[a][b] = sigma[x][y]
		}
	}
	for k := range part {
		back, ok := part[k].inverse()
		if !ok {
			return fmt.Errorf("channels %v have no model of their own at %g Hz", keep, d.F[k])
		}
		// The innovations of the channels without j, seen from those of all:
		// what comes from others than the target's own is the influence.
		q := back.times(h[k].part(keep, order))
		for a, i := range keep {
			d.V[i][j][k] = intrinsic(q[a], noise, a, v[a][a])
		}
	}
	return nil
}

// wilson factors the spectra of some channels, S = H Σ H* with H the identity at lag
// 0 and causal: Newton's iteration for the causal square root ψ,
//
//	ψ ← ψ [ψ⁻¹ S ψ⁻* + I]₊,
//
// where [ ]₊ keeps the lags from 0 on, half of lag 0.
func wilson(s []cmatrix, channels []int, stopped func() error) (h []cmatrix, sigma [][]float64, err error) {
	n, bins := len(channels), len(s)
	length := 2 * (bins - 1)
	plan := fft.New(length)
	// Channels in units of their power, so that all have a say in the end.
	unit := make([]float64, n)
	x := make([]cmatrix, bins)
	for k := range s {
		x[k] = s[k].part(channels, channels)
		for i := range n {
			unit[i] += real(x[k][i][i]) / float64(bins)
		}
	}
	mean := linalg.Zeros(n)
	for k := range x {
		w := 2.0
		if k == 0 || k == bins-1 {
			w = 1
		}
		for i := range n {
			for j := range n {
				u := math.Sqrt(unit[i]) * math.Sqrt(unit[j])
				x[k][i][j] = complex(real(x[k][i][j])/u, imag(x[k][i][j])/u)
				mean[i][j] += float64(w * real(x[k][i][j]) / float64(length))
			}
		}
	}
	root, at := linalg.Cholesky(mean, 1e-13)
	if at >= 0 {
		return nil, nil, fmt.Errorf("the covariance of channels %v is singular: channel %d follows from others", channels, channels[at])
	}
	psi := make([]cmatrix, bins)
	for k := range psi {
		psi[k] = newCMatrix(n)
		for i := range n {
			for j := range n {
				psi[k][i][j] = complex(root[i][j], 0)
			}
		}
	}
	row, time := make([]complex128, bins), make([]float64, length)
	g := make([]cmatrix, bins)
	for round := 0; ; round++ {
		if err := stopped(); err != nil {
			return nil, nil, err
		}
		for k := range psi {
			back, ok := psi[k].inverse()
			if !ok {
				return nil, nil, fmt.Errorf("the spectrum of channels %v is singular at frequency number %d", channels, k)
			}
			g[k] = back.times(x[k]).times(back.adjoint())
			for i := range n {
				g[k][i][i]++
			}
		}
		for i := range n {
			for j := range n {
				for k := range g {
					row[k] = g[k][i][j]
				}
				plan.RealInverse(time, row)
				time[0] /= 2
				time[length/2] /= 2
				clear(time[length/2+1:])
				// Half of lag 0: ψ stays a causal root whatever its turn there is.
				plan.RealForward(row, time)
				for k := range g {
					g[k][i][j] = row[k]
				}
			}
		}
		change, size := 0.0, 0.0
		for k := range psi {
			next := psi[k].times(g[k])
			for i := range n {
				for j := range n {
					change = max(change, square(next[i][j]-psi[k][i][j]))
					size = max(size, square(next[i][j]))
				}
			}
			psi[k] = next
		}
		if math.IsNaN(size) || round == 200 {
			return nil, nil, fmt.Errorf("the spectra of channels %v were not taken apart in %d rounds: too few trials and tapers, or channels that follow from each other", channels, round)
		}
		if change <= 1e-22*size {
			break
		}
	}
	// ψ at lag 0.
	first := linalg.Zeros(n)
	for i := range n {
		for j := range n {
			for k := range psi {
				w := 2.0
				if k == 0 || k == bins-1 {
					w = 1
				}
				first[i][j] += float64(w * real(psi[k][i][j]) / float64(length))
			}
		}
	}
	identity := linalg.Zeros(n)
	for i := range n {
		identity[i][i] = 1
	}
	inverse, ok := linalg.SolveMany(first, identity)
	if !ok {
		return nil, nil, fmt.Errorf("the noise of channels %v is singular", channels)
	}
	sigma = linalg.Multiply(first, linalg.Transposed(first))
	h = make([]cmatrix, bins)
	for k := range h {
		h[k] = psi[k].timesReal(inverse)
		for i := range n {
			for j := range n {
				u := math.Sqrt(unit[i]) / math.Sqrt(unit[j])
				h[k][i][j] = complex(float64(real(h[k][i][j])*u), float64(imag(h[k][i][j])*u))
			}
		}
	}
	for i := range n {
		for j := range n {
			sigma[i][j] *= math.Sqrt(unit[i]) * math.Sqrt(unit[j])
		}
	}
	return h, sigma, nil
}

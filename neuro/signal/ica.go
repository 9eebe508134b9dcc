package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// ICAOptions say how independent components are sought. The zero value of a field
// means its default.
type ICAOptions struct {
	// Method is "fastica" (default), which maximises the contrast of components that
	// stay uncorrelated; "infomax", the maximum likelihood of sources with
	// logistic densities (peaked ones); or "extended-infomax", which chooses for each
	// source whether it is peaked or flat.
	Method string
	// Contrast is that of FastICA: "logcosh" (default), "exp" or "cube" (kurtosis).
	Contrast string
	// Deflation makes FastICA find one component after the other instead of all
	// together.
	Deflation bool
	// Components is how many principal components are kept; 0 is as many as the data
	// have dimensions, or as Variance says.
	Components int
	// Variance keeps the fewest principal components that have this share of the
	// variance, such as 0.99; 0 does not ask.
	Variance float64
	// MaxIter is the most iterations, for each component in deflation; 0 is 1000 of
	// FastICA and 500 of the others.
	MaxIter int
	// Tol ends the iterations: 1 less the smallest cosine of a row of weights with itself
	// an iteration before (0: 1e-4), or the largest element of the relative gradient
	// of the others (0: 1e-6).
	Tol float64
	// Seed of the random rotation that is begun with.
	Seed uint64
	// Start is the rotation that is begun with, [component][principal component], made
	// orthogonal where it is not; nil is a random one.
	Start [][]float64
	// Unit is the unit of the signals, such as "uV".
	Unit string
}

// NewICA returns the usual options: FastICA of all components together with the
// contrast logcosh.
func NewICA() ICAOptions { return ICAOptions{Method: "fastica", Contrast: "logcosh"} }

// An ICAFit is a decomposition of signals x into components s that are as independent
// as can be,
//
//	s = Unmixing (x - Mean),  x = Mean + Mixing s + what principal components left out have.
//
// Each component has variance 1. Components come by falling share of the variance,
// and the largest weight of each column of Mixing (of equal ones the first) is above 0.
type ICAFit struct {
	Method   string
	Mean     []float64   // of each channel
	Mixing   [][]float64 // [channel][component], in the unit of the signals
	Unmixing [][]float64 // [component][channel]
	Share    []float64   // of the variance of all channels that a component has
	Kurtosis []float64   // of each component, 0 for a Gaussian one; blinks have much
	Spectrum []float64   // shares of the variance of all principal components, falling

	Rank       int     // dimensions of the signals
	Samples    int     // that were fitted
	Iterations int     // the most of a component, in deflation
	Change     float64 // at the end, as Tol counts
	Converged  bool    // whether Change fell below Tol
	Problems   neuro.Problems
	Unit       string
}

// smallestPart is the part of the largest principal component's variance below which
// there is rounding only: 1e-6 of its amplitude.
const smallestPart = 1e-12

// ICA finds independent components of signals.
//
// x[c] are the samples of channel c, all as long, better without slow drifts (a high
// pass at 1 Hz). The mean is taken off, principal components of the covariance (divisor
// n) are made of variance 1, and a rotation (FastICA) or matrix (infomax) of these is
// sought. Directions with less than 1e-12 of the largest principal variance do not
// count: of channels in average reference, or with a copy among them, there
// are fewer components than channels, and a note in Problems says so. A fit that
// stopped at MaxIter has Converged false, and a warning in Problems.
//
// FastICA is the fixed point w ← E[z g(w'z)] - E[g'(w'z)] w (Hyvärinen 1999, IEEE Trans.
// Neural Netw. 10:626); infomax (Bell and Sejnowski 1995, Neural Comput. 7:1129) and
// extended infomax (Lee, Girolami and Sejnowski 1999, Neural Comput. 11:417) are
// solved by the preconditioned quasi-Newton steps of Ablin, Cardoso and Gramfort
// 2018, IEEE Trans. Signal Process. 66:4040, which reach the same optimum as their
// stochastic gradient, to more digits. The same bits come out for any number of
// processors.
//
// Errors: fewer than 2 channels, unequal lengths, values that are not finite,
// a constant channel, no more samples than channels, more components than dimensions,
// words that are not known. Peers: sklearn.decomposition.FastICA,
// mne.preprocessing.infomax, picard.
func ICA(x [][]float64, o ICAOptions) (*ICAFit, error) {
	const call = "ICA"
	if err := o.check(call); err != nil {
		return nil, err
	}
	if len(x) < 2 {
		return nil, fmt.Errorf("signal: %s: x has %d channels; 2 or more are needed to unmix", call, len(x))
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	if len(x[0]) <= len(x) {
		return nil, fmt.Errorf("signal: %s: %d samples of %d channels; there must be more samples than channels, better 20 times the square of the channels", call, len(x[0]), len(x))
	}
	fit := &ICAFit{Method: o.Method, Samples: len(x[0]), Unit: o.Unit}
	if o.Method == "fastica" {
		fit.Method = "FastICA, " + o.Contrast
		if o.Deflation {
			fit.Method += ", one after the other"
		}
	}
	z, whitening, err := fit.whiten(call, x, o)
	if err != nil {
		return nil, err
	}
	n := len(whitening)
	task := display.Start("signal."+call, "iterations", 0)
	defer task.End()
	s := &unmixer{z: z, n: n, samples: len(x[0]), task: task}
	s.divide()
	w, err := o.start(call, n)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Method != "fastica":
		w, err = s.likelihood(w, fit, o)
	case o.Deflation:
		w, err = s.deflation(w, fit, o)
	default:
		w, err = s.fixedPoint(w, fit, o)
	}
	if err == nil {
		err = task.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	if !fit.Converged {
		fit.Problems.Add("warning", "convergence", "after %d iterations the change was %.2g and not below %g: components may be mixed; more iterations (MaxIter), fewer components or longer data help", fit.Iterations, fit.Change, o.Tol)
	}
	if err := fit.finish(s, w, whitening); err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	fit.Problems = fit.Problems.Sorted()
	return fit, nil
}

func (o *ICAOptions) check(call string) error {
	if o.Method == "" {
		o.Method = "fastica"
	}
	if o.Contrast == "" {
		o.Contrast = "logcosh"
	}
	fast := o.Method == "fastica"
	switch {
	case !fast && o.Method != "infomax" && o.Method != "extended-infomax":
		return fmt.Errorf("signal: %s: Method is %q; fastica, infomax and extended-infomax are known", call, o.Method)
	case o.Contrast != "logcosh" && o.Contrast != "exp" && o.Contrast != "cube":
		return fmt.Errorf("signal: %s: Contrast is %q; logcosh, exp and cube are known", call, o.Contrast)
	case !fast && (o.Deflation || o.Contrast != "logcosh"):
		return fmt.Errorf("signal: %s: Deflation is %v and Contrast %q; they belong to fastica, and Method is %q", call, o.Deflation, o.Contrast, o.Method)
	case o.Components < 0:
		return fmt.Errorf("signal: %s: Components is %d; it must be 1 or more (0: as many as there are dimensions)", call, o.Components)
	case !(o.Variance >= 0 && o.Variance <= 1):
		return fmt.Errorf("signal: %s: Variance is %g; it is a share from 0 to 1", call, o.Variance)
	case o.Components > 0 && o.Variance > 0:
		return fmt.Errorf("signal: %s: Components is %d and Variance %g; only one of them can choose", call, o.Components, o.Variance)
	case o.MaxIter < 0:
		return fmt.Errorf("signal: %s: MaxIter is %d; it must be above 0 (0: the default)", call, o.MaxIter)
	case !(o.Tol >= 0) || math.IsInf(o.Tol, 0):
		return fmt.Errorf("signal: %s: Tol is %g; it must be above 0 (0: the default)", call, o.Tol)
	}
	if o.MaxIter == 0 {
		o.MaxIter = 500
		if fast {
			o.MaxIter = 1000
		}
	}
	if o.Tol == 0 {
		o.Tol = 1e-6
		if fast {
			o.Tol = 1e-4
		}
	}
	return nil
}

// whiten takes the mean off x and returns its principal components with variance 1, and
// the matrix that makes them, [component][channel].
func (f *ICAFit) whiten(call string, x [][]float64, o ICAOptions) (z, whitening [][]float64, err error) {
	samples := float64(len(x[0]))
	centred := rows(len(x), len(x[0]))
	f.Mean = make([]float64, len(x))
	linalg.Parallel(len(x), func(c int) {
		f.Mean[c] = vec.SumBlock(x[c]) / samples
		vec.AddConstBlock(centred[c], x[c], -f.Mean[c])
	})
	cov := crossProducts(centred)
	total := 0.0
	for c := range cov {
		for d := range cov[c] {
			cov[c][d] /= samples
		}
		if !(math.Sqrt(cov[c][c]) > 1e-14*math.Abs(f.Mean[c])) {
			return nil, nil, fmt.Errorf("signal: %s: x[%d] is %g all the time; leave it out", call, c, x[c][0])
		}
		total += cov[c][c]
	}
	values, vectors, ok := linalg.Symmetric(cov)
	if !ok || math.IsInf(total, 0) {
		return nil, nil, fmt.Errorf("signal: %s: variances of x reach %g; they must be finite", call, total)
	}
	largest := values[len(values)-1]
	kept, sum := 0, 0.0
	for k := len(values) - 1; k >= 0; k-- { // the largest is the last
		share := math.Max(values[k], 0) / total
		f.Spectrum = append(f.Spectrum, share)
		if values[k] <= largest*smallestPart {
			continue
		}
		f.Rank++
		if o.Variance == 0 || sum < o.Variance-1e-12 {
			kept++
		}
		sum += share
	}
	if o.Components > f.Rank {
		return nil, nil, fmt.Errorf("signal: %s: Components is %d, and the %d channels have %d dimensions (an average reference or a copied channel takes one); %d or fewer are allowed", call, o.Components, len(x), f.Rank, f.Rank)
	}
	if f.Rank < len(x) {
		f.Problems.Add("note", "rank", "%d channels have %d dimensions (an average reference or a copied channel takes one); there are no more components", len(x), f.Rank)
	}
	if o.Components > 0 {
		kept = o.Components
	}
	groups := linalg.Zeros(len(x))[:kept]
	for k := range groups {
		at := len(values) - 1 - k
		vec.MulConstBlock(groups[k], vectors[at], 1/math.Sqrt(values[at]))
	}
	return apply(groups, centred), groups, nil
}

// start returns the rotation that is begun with.
func (o *ICAOptions) start(call string, n int) ([][]float64, error) {
	w := linalg.Zeros(n)
	if o.Start == nil {
		provenance.Random("signal.ICA", o.Seed)
		source := rng.New(o.Seed, 0x1CA)
		for i := range w {
			for j := range w[i] {
				w[i][j] = source.Norm()
			}
		}
		decorrelate(w)
		return w, nil
	}
	if len(o.Start) != n {
		return nil, fmt.Errorf("signal: %s: Start has %d rows for %d components; it must be square", call, len(o.Start), n)
	}
	for i, row := range o.Start {
		if len(row) != n {
			return nil, fmt.Errorf("signal: %s: row %d of Start has %d elements for %d components", call, i, len(row), n)
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("signal: %s: Start[%d][%d] is %g; it must be finite", call, i, j, v)
			}
		}
		copy(w[i], row)
	}
	if !decorrelate(w) {
		return nil, fmt.Errorf("signal: %s: the rows of Start depend on each other; they must not", call)
	}
	return w, nil
}

// finish turns the matrix of principal components into that of channels, gives
// components variance 1, and orders them.
func (f *ICAFit) finish(s *unmixer, w, whitening [][]float64) error {
	n, channels := s.n, len(f.Mean)
	for i := range w { // E[zz'] = 1, so that a component's variance is the length of its row
		vec.MulConstBlock(w[i], w[i], 1/math.Sqrt(vec.DotBlock(w[i], w[i])))
	}
	inverse, ok := invert(w)
	if !ok {
		return fmt.Errorf("the components found depend on each other; fewer components or longer data help")
	}
	// Rows of the whitening are orthogonal: its inverse has the columns row / |row|², and
	// 1 / |row|² is the variance of a principal component.
	mixing := rows(channels, n)
	kept, share := 0.0, 0.0
	for k, row := range whitening {
		variance := 1 / vec.DotBlock(row, row)
		kept += variance
		share += f.Spectrum[k]
		for c, v := range row {
			vec.FMAScaleBlock(mixing[c], inverse[k], float64(v*variance), mixing[c])
		}
	}
	size := make([]float64, n)
	for c := range mixing {
		for i, v := range mixing[c] {
			size[i] += float64(v * v)
		}
	}
	unmixing := multiply(w, whitening)
	kurtosis := s.kurtosis(w)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := range order { // selection keeps the order of equal ones
		best := i
		for j := i + 1; j < n; j++ {
			if size[order[j]] > size[order[best]] {
				best = j
			}
		}
		k := order[best]
		copy(order[i+1:best+1], order[i:best])
		order[i] = k
	}
	f.Mixing, f.Unmixing = rows(channels, n), rows(n, channels)
	for at, i := range order {
		most := 0.0
		for c := range mixing {
			if math.Abs(mixing[c][i]) > math.Abs(most)*(1+1e-12) {
				most = mixing[c][i]
			}
		}
		sign := math.Copysign(1, most)
		for c := range mixing {
			f.Mixing[c][at] = float64(sign * mixing[c][i])
			f.Unmixing[at][c] = float64(sign * unmixing[i][c])
		}
		f.Share = append(f.Share, size[i]/kept*share)
		f.Kurtosis = append(f.Kurtosis, kurtosis[i])
	}
	return nil
}

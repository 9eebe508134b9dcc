package signal

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// VAROptions say how FitVAR fits. The zero value of a field means its default.
type VAROptions struct {
	// Order is how many samples back the model looks; 0 lets Criterion choose
	// among 1 to MaxOrder.
	Order int
	// Criterion is "bic" (also ""), "aic", "hq" or "fpe".
	Criterion string
	// MaxOrder is the highest order to choose from; 0 is 20, or less where there
	// would be fewer than two equations for each coefficient.
	MaxOrder int
	// Method is "ls", least squares (also ""); "yw", the multichannel
	// Yule-Walker equations, which always give a stable model but one that is
	// biased in short data; "ns", Nuttall and Strand's, which is stable too and
	// suits short trials.
	Method string
	// Mean is what is taken out: "constant" (also "") is one constant for each
	// channel, "ensemble" the mean over trials at each sample: the evoked
	// response, which is not stationary.
	Mean string
	// Lags of the residuals' correlations are tested for whiteness; 0 is the
	// order and 10 more.
	Lags int
	// Names of the channels; nil is their numbers.
	Names []string
}

// A VAR is a vector autoregressive model of several channels,
//
//	x(t) = Σ_k A[k-1] (x(t-k) - Mean) + Mean + e(t),  cov e = Sigma.
type VAR struct {
	A     [][][]float64 // A[k][i][j]: of channel j, k+1 samples before, on channel i
	Sigma [][]float64   // covariance of the residuals
	Mean  []float64     // of each channel; 0 for those of an ensemble
	FS    float64       `unit:"Hz"`
	Names []string

	Method    string
	Equations int        // samples that were predicted for the fit
	Radius    float64    // largest root; the model is stable below 1
	Orders    []VAROrder // criteria of the orders that were tried; nil for a given order
	Whiteness Whiteness  // of the residuals

	squares *linalg.Triangle // of constant, lags and channels
}

// A VAROrder holds what the criteria say of an order; the smallest is the best.
type VAROrder struct {
	Order             int
	BIC, AIC, HQ, FPE float64
}

// FitVAR fits a vector autoregressive model to trials.
//
// trials[i][c] are the samples of channel c in trial i, all as long and all
// realisations of one process; of one long recording x it is [][][]float64{x}. fs is
// the rate in Hz. No equation reaches over the border of two trials.
//
// Least squares solves x(t) = c + Σ A_k x(t-k) + e(t) over all samples that have
// Order samples before them, by Householder reflections of pieces; Sigma is the sum
// of squares of the residuals divided by equations less coefficients. Yule-Walker
// solves Σ_k A_k R(k-h) = R(-h) for the biased autocovariances R by the recursion
// of Levinson, Whittle, Wiggins and Robinson. Nuttall-Strand is Burg's method of
// several channels: each step minimises the residuals forward and backward.
//
// Orders are compared on the samples that all of them can predict, with N
// equations, n channels, k = n²·order + n coefficients and Σ the residuals'
// covariance (divided by N): AIC = log|Σ| + 2k/N, BIC = log|Σ| + k log N/N,
// HQ = log|Σ| + 2k log log N/N, FPE = |Σ| ((N+m)/(N-m))ⁿ with m = n·order + 1.
//
// Errors: no trials, trials that differ in channels or samples, NaN or infinite
// samples, a channel that is flat or follows from the others, an order with more
// coefficients than equations, unknown options. Sources: Lütkepohl 2005, New
// Introduction to Multiple Time Series Analysis, ch. 3 and 4; Whittle 1963,
// Biometrika 50:129; Strand 1977, IEEE Trans. Autom. Control 22:634. Peer:
// statsmodels.tsa.api.VAR, on one trial.
func FitVAR(trials [][][]float64, fs float64, o VAROptions) (*VAR, error) {
	const call = "FitVAR"
	fail := func(format string, args ...any) (*VAR, error) {
		return nil, fmt.Errorf("signal: "+call+": "+format, args...)
	}
	if len(trials) == 0 {
		return fail("there are no trials; of one recording x give [][][]float64{x}")
	}
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkTrials(call, trials); err != nil {
		return nil, err
	}
	names, err := channelNames(call, o.Names, len(trials[0]))
	if err != nil {
		return nil, err
	}
	method, criterion := o.Method, o.Criterion
	if method == "" {
		method = "ls"
	}
	if !slices.Contains([]string{"ls", "yw", "ns"}, method) {
		return fail(`Method %q is not known; allowed are ls, yw, ns`, method)
	}
	if criterion == "" {
		criterion = "bic"
	}
	if !slices.Contains([]string{"aic", "bic", "hq", "fpe"}, criterion) {
		return fail(`Criterion %q is not known; allowed are aic, bic, hq, fpe`, criterion)
	}
	if o.Order < 0 || o.MaxOrder < 0 || o.Lags < 0 {
		return fail("Order %d, MaxOrder %d, Lags %d; they must not be below 0", o.Order, o.MaxOrder, o.Lags)
	}
	x, mean, err := centredTrials(call, trials, names, o.Mean)
	if err != nil {
		return nil, err
	}
	n, samples := len(names), len(x[0][0])
	equations := func(order int) int { return len(x) * (samples - order) }
	m := &VAR{FS: fs, Names: names, Method: method}
	order := o.Order
	if order == 0 {
		most := o.MaxOrder
		if most == 0 {
			for most = 20; most > 1 && (most >= samples || equations(most) < 2*(n*most+1)+n); most-- {
			}
		}
		if err := enough(call, n, most, len(x), samples); err != nil {
			return nil, err
		}
		all, err := laggedSquares(call, x, most)
		if err != nil {
			return nil, err
		}
		if err := independent(call, all, names, most); err != nil {
			return nil, err
		}
		m.Orders = compareOrders(all, n, most)
		best := slices.MinFunc(m.Orders, func(a, b VAROrder) int {
			if a.of(criterion) < b.of(criterion) {
				return -1
			}
			return 1
		})
		order = best.Order
	}
	if err := enough(call, n, order, len(x), samples); err != nil {
		return nil, err
	}
	if m.squares, err = laggedSquares(call, x, order); err != nil {
		return nil, err
	}
	if err := independent(call, m.squares, names, order); err != nil {
		return nil, err
	}
	m.Equations = m.squares.Rows
	constant := make([]float64, n)
	switch method {
	case "ls":
		constant = m.leastSquares(n, order)
	case "yw":
		a, _, sigma, err := whittle(autocovariances(x, order))
		if err != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, err)
		}
		m.A, m.Sigma = a, sigma
	case "ns":
		if m.A, m.Sigma, err = nuttallStrand(call, x, order); err != nil {
			return nil, err
		}
	}
	m.Radius = linalg.Radius(m.companion())
	m.Mean = m.meanOf(constant)
	lags := o.Lags
	if lags == 0 {
		lags = min(order+10, samples-order-1)
	}
	m.Whiteness = whiteness(m.residuals(x, constant), order, lags)
	for i, v := range mean {
		m.Mean[i] += v
	}
	return m, nil
}

// of returns the value of a criterion.
func (v VAROrder) of(criterion string) float64 {
	switch criterion {
	case "aic":
		return v.AIC
	case "hq":
		return v.HQ
	case "fpe":
		return v.FPE
	}
	return v.BIC
}

func channelNames(call string, names []string, n int) ([]string, error) {
	if names != nil && len(names) != n {
		return nil, fmt.Errorf("signal: %s: %d Names for %d channels; there must be as many", call, len(names), n)
	}
	out := slices.Clone(names)
	for i := len(out); i < n; i++ {
		out = append(out, fmt.Sprint(i))
	}
	return out, nil
}

// centredTrials copies trials without what kind says, and returns the means of
// channels that were taken out.
func centredTrials(call string, trials [][][]float64, names []string, kind string) ([][][]float64, []float64, error) {
	n, samples := len(names), len(trials[0][0])
	x, means := make([][][]float64, len(trials)), make([]float64, n)
	for i := range x {
		x[i] = rows(n, samples)
	}
	switch kind {
	case "", "constant":
	case "ensemble":
		if len(trials) < 2 {
			return nil, nil, fmt.Errorf(`signal: %s: Mean "ensemble" of 1 trial leaves nothing; 2 or more are needed`, call)
		}
	default:
		return nil, nil, fmt.Errorf("signal: %s: Mean %q is not known; allowed are constant, ensemble", call, kind)
	}
	for c := range n {
		same := true
		mean, size := make([]float64, samples), 0.0
		for i := range trials {
			vec.AddBlock(mean, mean, trials[i][c])
			same = same && constant(trials[i][c]) && trials[i][c][0] == trials[0][c][0]
			for _, v := range trials[i][c] {
				size = max(size, math.Abs(v))
			}
		}
		if same {
			return nil, nil, fmt.Errorf("signal: %s: channel %s is %g in all samples; leave out channels that do not vary", call, names[c], trials[0][c][0])
		}
		vec.MulConstBlock(mean, mean, 1/float64(len(trials)))
		if kind != "ensemble" {
			means[c] = vec.SumBlock(mean) / float64(samples)
			vec.FillBlock(mean, means[c])
		}
		left := 0.0
		for i := range trials {
			vec.SubBlock(x[i][c], trials[i][c], mean)
			left += vec.DotBlock(x[i][c], x[i][c])
		}
		if !(math.Sqrt(left/float64(len(trials)*samples)) > 1e-13*size) {
			return nil, nil, fmt.Errorf("signal: %s: channel %s is the same in all trials; leave out channels that do not vary", call, names[c])
		}
	}
	return x, means, nil
}

// enough says whether an order has fewer coefficients than there are equations.
func enough(call string, n, order, trials, samples int) error {
	if equations := trials * (samples - order); order >= samples || equations < n*order+1+n {
		return fmt.Errorf("signal: %s: order %d of %d channels has %d coefficients for each, and %d trials of %d samples give %d equations; there must be %d or more: take a lower order, fewer channels or more data",
			call, order, n, n*order+1, trials, samples, max(0, equations), n*order+1+n)
	}
	return nil
}

// laggedSquares returns the triangle of the columns 1; x(t-1), all channels;
// x(t-2); ...; x(t), over all t with order samples before them.
func laggedSquares(call string, x [][][]float64, order int) (*linalg.Triangle, error) {
	n, samples := len(x[0]), len(x[0][0])
	width := 1 + n*order + n
	// Pieces do not depend on the number of threads.
	length := max(1024, 8*width)
	type piece struct{ trial, lo, hi int }
	var pieces [][]piece
	room := 0
	for i := range x {
		for lo := order; lo < samples; {
			if room == 0 {
				pieces, room = append(pieces, nil), length
			}
			hi := min(samples, lo+room)
			pieces[len(pieces)-1] = append(pieces[len(pieces)-1], piece{i, lo, hi})
			room -= hi - lo
			lo = hi
		}
	}
	task := display.Start("signal."+call, "pieces", len(pieces))
	defer task.End()
	whole := linalg.NewTriangle(width)
	const atOnce = 16
	for first := 0; first < len(pieces); first += atOnce {
		group := pieces[first:min(len(pieces), first+atOnce)]
		parts := make([]*linalg.Triangle, len(group))
		linalg.Parallel(len(group), func(g int) {
			if task.Err() != nil {
				return
			}
			count := 0
			for _, p := range group[g] {
				count += p.hi - p.lo
			}
			columns := rows(width, count)
			vec.FillBlock(columns[0], 1)
			at := 0
			for _, p := range group[g] {
				for c := range n {
					y := x[p.trial][c]
					for k := 1; k <= order; k++ {
						copy(columns[1+(k-1)*n+c][at:], y[p.lo-k:p.hi-k])
					}
					copy(columns[1+order*n+c][at:], y[p.lo:p.hi])
				}
				at += p.hi - p.lo
			}
			parts[g] = linalg.NewTriangle(width)
			parts[g].Add(columns)
			task.Add(1)
		})
		if task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
		for _, p := range parts {
			whole.Merge(p)
		}
	}
	return whole, nil
}

// independent names the channel that follows from others.
func independent(call string, t *linalg.Triangle, names []string, order int) error {
	at := t.Dependent()
	if at < 0 {
		return nil
	}
	n := len(names)
	c, lag := (at-1)%n, 1+(at-1)/n
	switch {
	case at == 0:
		return fmt.Errorf("signal: %s: there are no equations", call)
	case lag > order:
		return fmt.Errorf("signal: %s: the residuals' covariance is singular: channel %s follows from the past and from channels before it (%s); leave one out",
			call, names[c], strings.Join(names[:c], ", "))
	}
	return fmt.Errorf("signal: %s: channel %s follows from the others and their past at lag %d: leave a channel out (an average reference and ICA make them dependent), or take a lower order than %d",
		call, names[c], lag, order)
}

func compareOrders(t *linalg.Triangle, n, most int) []VAROrder {
	out := make([]VAROrder, most)
	count := float64(t.Rows)
	for i := range out {
		p := i + 1
		m := n*p + 1
		sigma := linalg.Zeros(n)
		for a := range n {
			for b := range n {
				sigma[a][b] = t.Residual(m, 1+n*most+a, 1+n*most+b) / count
			}
		}
		log := logDeterminant(sigma)
		k := float64(n * m)
		out[i] = VAROrder{
			Order: p,
			BIC:   log + float64(k*vec.Log(count))/count,
			AIC:   log + 2*k/count,
			HQ:    log + float64(2*k*vec.Log(vec.Log(count)))/count,
			FPE:   vec.Exp(log + float64(float64(n)*vec.Log((count+float64(m))/(count-float64(m))))),
		}
	}
	return out
}

// logDeterminant returns log|a| of a covariance; -Inf when it is singular.
func logDeterminant(a [][]float64) float64 {
	l, at := linalg.Cholesky(a, 0)
	if at >= 0 {
		return math.Inf(-1)
	}
	s := 0.0
	for i := range l {
		s += float64(2 * vec.Log(l[i][i]))
	}
	return s
}

// leastSquares sets A and Sigma and returns the constants.
func (m *VAR) leastSquares(n, order int) []float64 {
	t, width := m.squares, 1+n*order
	m.A, m.Sigma = make([][][]float64, order), linalg.Zeros(n)
	for k := range m.A {
		m.A[k] = linalg.Zeros(n)
	}
	constants := make([]float64, n)
	for i := range n {
		b := t.Coefficients(width, width+i)
		constants[i] = b[0]
		for k := range m.A {
			copy(m.A[k][i], b[1+k*n:])
		}
		for j := range n {
			m.Sigma[i][j] = t.Residual(width, width+i, width+j) / float64(max(1, t.Rows-width))
		}
	}
	return constants
}

// residuals returns what the model leaves of centred trials, from the first
// sample that has enough before it.
func (m *VAR) residuals(x [][][]float64, constant []float64) [][][]float64 {
	n, order := len(m.Sigma), len(m.A)
	out := make([][][]float64, len(x))
	linalg.Parallel(len(x), func(i int) {
		count := len(x[i][0]) - order
		out[i] = rows(n, count)
		for c, e := range out[i] {
			vec.AddConstBlock(e, x[i][c][order:], -constant[c])
			for k, a := range m.A {
				for j, w := range a[c] {
					y := x[i][j][order-k-1:]
					vec.FMAScaleBlock(e, y[:count], -w, e)
				}
			}
		}
	})
	return out
}

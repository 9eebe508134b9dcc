package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A Kalman decodes movements, or any state that changes little from one time bin to
// the next, from counts or other observations:
//
//	state_t = A state_{t-1} + N(0, W),   observed_t = H state_t + N(0, Q)
//
// both less their means in the training data.
type Kalman struct {
	A, W [][]float64 // [state][state]
	H    [][]float64 // [observation][state]
	Q    [][]float64 // [observation][observation]
	// Means that are taken off.
	StateMean, ObservedMean []float64
	Samples                 int
}

// FitKalman returns the decoder whose A and H are least squares and whose W and Q are
// the covariances of what is left.
//
// state is [time][dimension], such as position and velocity, observed
// [time][cell], in successive time bins. Unequal lengths, fewer samples than
// dimensions + 2, NaN, Inf, and states whose dimensions depend on each other are
// errors. Q is made invertible by a millionth of its mean variance, so that cells
// that are silent or alike do no harm.
//
// Source: Wu, Gao, Bienenstock, Donoghue and Black 2006, Neural Comput. 18:80.
// Checked against the conditional mean of all states given all observations.
func FitKalman(state, observed [][]float64) (*Kalman, error) {
	return fitKalman("FitKalman", state, observed, nil)
}

// fitKalman leaves out the steps into samples that begin a new stretch.
func fitKalman(caller string, state, observed [][]float64, begins map[int]bool) (*Kalman, error) {
	if len(state) != len(observed) || len(state) == 0 {
		return nil, fmt.Errorf("decode: %s: state has %d time bins and observed %d; there must be as many, 1 or more", caller, len(state), len(observed))
	}
	zeros := make([]int, len(state))
	if err := checkData(caller+": state", state, zeros); err != nil {
		return nil, err
	}
	if err := checkData(caller+": observed", observed, zeros); err != nil {
		return nil, err
	}
	n, d, m := len(state), len(state[0]), len(observed[0])
	if n < d+2 || m > 4096 {
		return nil, fmt.Errorf("decode: %s: there are %d time bins of %d dimensions and %d cells; at least %d time bins and at most 4096 cells are needed", caller, n, d, m, d+2)
	}
	k := &Kalman{Samples: n}
	x, sm, _ := centre(state)
	z, om, _ := centre(observed)
	k.StateMean, k.ObservedMean = sm, om
	row := func(i int) []float64 { return x[i*d : (i+1)*d] }
	var from, to, at, seen [][]float64
	for i := range n {
		at, seen = append(at, row(i)), append(seen, z[i*m:(i+1)*m])
		if i > 0 && !begins[i] {
			from, to = append(from, row(i-1)), append(to, row(i))
		}
	}
	var err error
	if k.A, k.W, err = regress(caller, from, to); err != nil {
		return nil, err
	}
	if k.H, k.Q, err = regress(caller, at, seen); err != nil {
		return nil, err
	}
	mean := 0.0
	for i := range k.Q {
		mean += k.Q[i][i] / float64(m)
	}
	for i := range k.Q {
		k.Q[i][i] += float64(1e-6*mean) + 1e-300
	}
	return k, nil
}

// regress returns B with y ≈ B x, [y][x], and the covariance of what is left, divided
// by the number of samples.
func regress(caller string, x, y [][]float64) (b, c [][]float64, err error) {
	d, m := len(x[0]), len(y[0])
	xx := linalg.Covariance(x)
	inverse, dependent := linalg.InversePositive(xx, 1e-12)
	if dependent >= 0 {
		return nil, nil, fmt.Errorf("decode: %s: dimension %d of the state does not vary or follows from those before it; leave it out", caller, dependent)
	}
	b = make([][]float64, m)
	for j := range b {
		cross := make([]float64, d)
		for i, row := range x {
			addTimes(cross, y[i][j]/float64(len(x)), row)
		}
		b[j] = make([]float64, d)
		for l := range b[j] {
			b[j][l] = dot(inverse[l], cross)
		}
	}
	left := make([][]float64, len(y))
	for i, row := range y {
		left[i] = make([]float64, m)
		for j, v := range row {
			left[i][j] = v - dot(b[j], x[i])
		}
	}
	return b, linalg.Covariance(left), nil
}

// Decode returns the state in each time bin given the observations up to it,
// [time][dimension], and its standard deviation. It begins with the mean of the
// training data and the covariance that the state settles to without observations,
// or that of one step where A lets states grow.
//
// Rows of another length than the decoder's and values that are not finite are
// errors. Source and checks are those of FitKalman.
func (k *Kalman) Decode(observed [][]float64) (state, sd [][]float64, err error) {
	const caller = "Kalman.Decode"
	d, m := len(k.A), len(k.H)
	if err := checkTest(caller, observed, m); err != nil {
		return nil, nil, err
	}
	// Information form: d x d inverses only.
	qi, dependent := linalg.InversePositive(k.Q, 1e-16)
	if dependent >= 0 {
		return nil, nil, fmt.Errorf("decode: %s: Q cannot be inverted: cell %d follows from those before it", caller, dependent)
	}
	gain := make([][]float64, d) // Hᵀ Q⁻¹, [dimension][cell]
	for a := range gain {
		gain[a] = make([]float64, m)
		for j := range k.H {
			addTimes(gain[a], k.H[j][a], qi[j])
		}
	}
	info := linalg.Zeros(d) // Hᵀ Q⁻¹ H
	for a := range info {
		for b := range info {
			for j := range k.H {
				info[a][b] += float64(gain[a][j] * k.H[j][b])
			}
		}
	}
	p := k.prior()
	mean := make([]float64, d)
	dz := make([]float64, m)
	task := watch(caller, len(observed), d*(m+d*d))
	defer task.End()
	for t, z := range observed {
		if task.Err() != nil {
			return nil, nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		if t > 0 {
			next := make([]float64, d)
			for a := range next {
				next[a] = dot(k.A[a], mean)
			}
			mean = next
			p = step(k.A, p, k.W)
		}
		for j, v := range z {
			dz[j] = v - k.ObservedMean[j]
		}
		for j := range dz {
			dz[j] -= dot(k.H[j], mean)
		}
		// P⁺ = (P⁻¹ + info)⁻¹, and the state moves by P⁺ Hᵀ Q⁻¹ times the surprise.
		pi, dependent := linalg.InversePositive(p, 1e-15)
		if dependent >= 0 {
			return nil, nil, fmt.Errorf("decode: %s: the state of dimension %d is certain before it is observed; W has no variance there", caller, dependent)
		}
		for a := range pi {
			for b := range pi {
				pi[a][b] += info[a][b]
			}
		}
		if p, dependent = linalg.InversePositive(pi, 1e-15); dependent >= 0 {
			return nil, nil, fmt.Errorf("decode: %s: the covariance of the state cannot be inverted at time bin %d", caller, t)
		}
		pull := make([]float64, d)
		for a := range pull {
			pull[a] = dot(gain[a], dz)
		}
		s, e := make([]float64, d), make([]float64, d)
		for a := range mean {
			mean[a] += dot(p[a], pull)
			s[a], e[a] = mean[a]+k.StateMean[a], math.Sqrt(p[a][a])
		}
		state, sd = append(state, s), append(sd, e)
	}
	return state, sd, nil
}

// prior returns the covariance that the state settles to.
func (k *Kalman) prior() [][]float64 {
	d := len(k.A)
	p := step(linalg.Zeros(d), linalg.Zeros(d), k.W)
	for range 10000 {
		next := step(k.A, p, k.W)
		change, size := 0.0, 0.0
		for a := range p {
			change, size = math.Max(change, math.Abs(next[a][a]-p[a][a])), math.Max(size, next[a][a])
		}
		if !(size < 1e12) {
			break
		}
		p = next
		if change <= 1e-12*size {
			return p
		}
	}
	return step(linalg.Zeros(d), linalg.Zeros(d), k.W)
}

// step returns A P Aᵀ + W.
func step(a, p, w [][]float64) [][]float64 {
	ap := linalg.Product(a, p)
	out := linalg.Zeros(len(a))
	for i := range out {
		for j := range out {
			out[i][j] = w[i][j]
			for l, v := range ap[i] {
				out[i][j] += float64(v * a[j][l])
			}
		}
	}
	return out
}

// StateScores say how well states are decoded.
type StateScores struct {
	Method  string
	Decoded [][]float64 // [time][dimension], by decoders of other times
	SD      [][]float64
	State   [][]float64 // the true ones
	R2      []float64   // of each dimension: 1 - mean square of the error by the variance
	R       []float64   // correlation of each
	Names   []string    // of dimensions, for the figure; set them
}

// ValidateKalman decodes each block of time with a decoder of all other blocks, and
// compares with the true states.
//
// state and observed are those of FitKalman, folds is the number of blocks, 2 or more.
// Errors are those of FitKalman, and folds below 2 or above half of the time bins.
func ValidateKalman(state, observed [][]float64, folds int) (*StateScores, error) {
	const caller = "ValidateKalman"
	n := len(state)
	if folds < 2 || folds > n/2 {
		return nil, fmt.Errorf("decode: %s: folds is %d with %d time bins; it must be 2 to half of them", caller, folds, n)
	}
	if len(observed) != n {
		return nil, fmt.Errorf("decode: %s: state has %d time bins and observed %d; there must be as many", caller, n, len(observed))
	}
	s := &StateScores{Method: fmt.Sprintf("%d blocks of time, each decoded by a Kalman filter of the others", folds), State: state}
	for f := range folds {
		lo, hi := f*n/folds, (f+1)*n/folds
		x := append(append([][]float64(nil), state[:lo]...), state[hi:]...)
		z := append(append([][]float64(nil), observed[:lo]...), observed[hi:]...)
		k, err := fitKalman(caller, x, z, map[int]bool{lo: lo > 0})
		if err != nil {
			return nil, err
		}
		decoded, sd, err := k.Decode(observed[lo:hi])
		if err != nil {
			return nil, err
		}
		s.Decoded, s.SD = append(s.Decoded, decoded...), append(s.SD, sd...)
	}
	for j := range state[0] {
		mx, my := 0.0, 0.0
		for i := range state {
			mx += state[i][j] / float64(n)
			my += s.Decoded[i][j] / float64(n)
		}
		xx, yy, xy, ee := 0.0, 0.0, 0.0, 0.0
		for i := range state {
			x, y, e := state[i][j]-mx, s.Decoded[i][j]-my, state[i][j]-s.Decoded[i][j]
			xx += float64(x * x)
			yy += float64(y * y)
			xy += float64(x * y)
			ee += float64(e * e)
		}
		s.R2, s.R = append(s.R2, 1-ee/xx), append(s.R, xy/math.Sqrt(float64(xx*yy)))
	}
	return s, nil
}

func (s *StateScores) name(j int) string {
	if j < len(s.Names) {
		return s.Names[j]
	}
	return fmt.Sprintf("dimension %d", j+1)
}

// String says how well each dimension is decoded, and how that was validated.
func (s *StateScores) String() string {
	out := ""
	for j, r := range s.R2 {
		if j > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%s R² %.3f (r %.3f)", s.name(j), r, s.R[j])
	}
	return out + "; " + s.Method
}

// Plot draws each dimension over time: true, and decoded with a band of two standard
// deviations.
func (s *StateScores) Plot() *figure.Figure {
	f := &figure.Figure{Title: s.String(), Width: 18, Height: float64(2 + 5*len(s.R2)), ShareX: true}
	for j := range s.R2 {
		n := len(s.State)
		x, truth, y, lo, hi := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], truth[i], y[i] = float64(i), s.State[i][j], s.Decoded[i][j]
			lo[i], hi[i] = y[i]-float64(2*s.SD[i][j]), y[i]+float64(2*s.SD[i][j])
		}
		f.Panels = append(f.Panels, figure.Panel{
			X: figure.Axis{Label: "time bin"}, Y: figure.Axis{Label: s.name(j)}, Legend: "beside",
			Layers: []figure.Layer{
				{Kind: figure.Area, X: x, Y: lo, Y2: hi, Color: "blue", Alpha: 0.2},
				{Kind: figure.Line, Name: "true", X: x, Y: truth, Color: "black"},
				{Kind: figure.Line, Name: "decoded", X: x, Y: y, Color: "blue"},
			},
		})
	}
	return f
}

// Show draws the figure; its text is String.
func (s *StateScores) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}

package signal

import (
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Whiteness is a test of whether the residuals of a model are uncorrelated over
// time, as they are when its order is high enough: Hosking's portmanteau,
//
//	Q = Σ_h N²/N_h tr(C_h' C_0⁻¹ C_h C_0⁻¹),  h = 1 to Lags,
//
// with C_h the residuals' covariance at lag h over N, and N_h the pairs of samples
// so far apart. It is χ² with n² (Lags - order) degrees of freedom. Source: Hosking
// 1980, J. Am. Stat. Assoc. 75:602. Peer: statsmodels' test_whiteness, adjusted.
type Whiteness struct {
	Lags int     // 0 when there were too few samples for more lags than the order
	Q    float64 // statistic
	DF   int     // degrees of freedom
	P    float64 // probability of a Q this large for white residuals; small: the model misses something
}

func whiteness(e [][][]float64, order, lags int) Whiteness {
	n, samples := len(e[0]), len(e[0][0])
	lags = min(lags, samples-1)
	if lags <= order {
		return Whiteness{P: 1}
	}
	total := len(e) * samples
	for c := range n { // residuals of other methods than least squares have a mean
		sum := 0.0
		for i := range e {
			sum += vec.SumBlock(e[i][c])
		}
		for i := range e {
			vec.AddConstBlock(e[i][c], e[i][c], -sum/float64(total))
		}
	}
	r := autocovariances(e, lags)
	w := Whiteness{Lags: lags, DF: n * n * (lags - order)}
	for h := 1; h <= lags; h++ {
		// tr(C' C0⁻¹ C C0⁻¹) with both products as solutions.
		left, ok := linalg.SolveMany(r[0], r[h])                      // C0⁻¹ C
		right, ok2 := linalg.SolveMany(r[0], linalg.Transposed(r[h])) // C0⁻¹ C'
		if !ok || !ok2 {
			return Whiteness{P: 1}
		}
		trace := 0.0
		for i := range n {
			for j := range n {
				trace += float64(left[i][j] * right[j][i])
			}
		}
		pairs := len(e) * (samples - h)
		w.Q += float64(float64(total) / float64(pairs) * float64(float64(total)*trace))
	}
	w.P = dist.ChiSquareSF(w.Q, float64(w.DF))
	return w
}

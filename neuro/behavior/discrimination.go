package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DPrimeMAFC returns d', standard deviations, of an unbiased observer who is
// correct in a proportion of forced choices among m alternatives.
//
//	correct = ∫ φ(x-d') Φ(x)^(m-1) dx
//
// correct lies between 0 and 1; below chance, 1/m, d' is negative. m is 2 to
// 10000. A proportion of 0 or 1 has no finite d' and is an error: take
// (k+1/2)/(n+1) for k of n.
//
// Source: Green and Swets 1966; Hacker and Ratcliff 1979. Checked against psyphy's dprime.mAFC.
func DPrimeMAFC(correct float64, m int) (float64, error) {
	if m < 2 || m > 10000 {
		return 0, fmt.Errorf("behavior: DPrimeMAFC: m is %d alternatives; allowed are 2 to 10000", m)
	}
	if err := properRate("DPrimeMAFC", "correct", correct); err != nil {
		return 0, err
	}
	return risesTo(correct, -20, 60, func(d float64) float64 { return pcMAFC(d, m) }), nil
}

// pcMAFC is the proportion correct. The trapezium rule converges faster than
// any power of its step for such an integrand.
func pcMAFC(d float64, m int) float64 {
	const step = 0.05
	sum := 0.0
	for k := -200; k <= 200; k++ {
		y := float64(step * float64(k))
		sum += float64(density(y) * vec.Pow(vec.NormCDF(y+d), float64(m-1)))
	}
	return step * sum
}

// DPrimeSameDifferent returns d', standard deviations, of a same-different task.
//
// hit is P("different" | different) and falseAlarm P("different" | same), both
// between 0 and 1. strategy is "independent", the best observer, who judges
// each stimulus first, or "differencing", who compares the difference with a
// criterion:
//
//	independent:  p = Φ((z(hit) - z(falseAlarm))/2),  d' = 2 z((1 + √(2p-1))/2)
//	differencing: hit = Φ((k+d')/√2) + Φ((k-d')/√2),  k = √2 z(falseAlarm/2)
//
// No d' gives fewer hits than false alarms: then it is 0, the most likely
// value. Rates of 0 and 1 and another strategy are errors.
//
// Source: Macmillan and Creelman 2005, chapter 9. Checked against psyphy's
// dprime.SD.
func DPrimeSameDifferent(hit, falseAlarm float64, strategy string) (float64, error) {
	const caller = "DPrimeSameDifferent"
	if err := pairTask(caller, hit, falseAlarm, strategy); err != nil {
		return 0, err
	}
	if hit <= falseAlarm {
		return 0, nil
	}
	if strategy == "independent" {
		p := vec.NormCDF((vec.NormQuantile(hit) - vec.NormQuantile(falseAlarm)) / 2)
		return 2 * vec.NormQuantile((1+math.Sqrt(2*p-1))/2), nil
	}
	k := float64(math.Sqrt2 * vec.NormQuantile(falseAlarm/2))
	return risesTo(hit, 0, 60, func(d float64) float64 {
		return vec.NormCDF((k+d)/math.Sqrt2) + vec.NormCDF((k-d)/math.Sqrt2)
	}), nil
}

// DPrimeABX returns d', standard deviations, of an ABX (matching to sample) task.
//
// hit is P("B" | X is B) and falseAlarm P("B" | X is A), both between 0 and 1.
// strategy is "independent", the best observer, or "differencing", who
// compares X with A and with B:
//
//	Φ((z(hit) - z(falseAlarm))/2) = Φ(d'/√2) Φ(w d') + Φ(-d'/√2) Φ(-w d')
//	independent: w = 1/2;  differencing: w = 1/√6
//
// No d' gives fewer hits than false alarms: then it is 0. Rates of 0 and 1 and
// another strategy are errors.
//
// Source: Macmillan and Creelman 2005, chapter 9. Checked against psyphy's
// dprime.ABX.
func DPrimeABX(hit, falseAlarm float64, strategy string) (float64, error) {
	if err := pairTask("DPrimeABX", hit, falseAlarm, strategy); err != nil {
		return 0, err
	}
	if hit <= falseAlarm {
		return 0, nil
	}
	w := 0.5
	if strategy == "differencing" {
		w = 1 / math.Sqrt(6)
	}
	p := vec.NormCDF((vec.NormQuantile(hit) - vec.NormQuantile(falseAlarm)) / 2)
	return risesTo(p, 0, 60, func(d float64) float64 {
		return float64(vec.NormCDF(d/math.Sqrt2)*vec.NormCDF(w*d)) + float64(vec.NormCDF(-d/math.Sqrt2)*vec.NormCDF(-w*d))
	}), nil
}

// DPrimeOddity returns d', standard deviations, of the triangle (oddity) task,
// in which one of three stimuli differs and the observer picks the one farthest
// from the others.
//
//	correct = 2 ∫_0^∞ (Φ(-√3 x + √(2/3) d') + Φ(-√3 x - √(2/3) d')) φ(x) dx
//
// correct lies between 0 and 1; up to chance, 1/3, d' is 0. 0 and 1 are errors.
//
// Source: Frijters 1979; Macmillan and Creelman 2005, chapter 9. Checked
// against psyphy's dprime.oddity.
func DPrimeOddity(correct float64) (float64, error) {
	if err := properRate("DPrimeOddity", "correct", correct); err != nil {
		return 0, err
	}
	if correct <= 1.0/3 {
		return 0, nil
	}
	return risesTo(correct, 0, 60, pcOddity), nil
}

// pcOddity is the proportion correct, by Simpson's rule.
func pcOddity(d float64) float64 {
	const n, end = 3000, 9.0
	root3, w := math.Sqrt(3), math.Sqrt(2.0/3)
	sum := 0.0
	for k := 0; k <= n; k++ {
		x := end * float64(k) / n
		weight := 2.0
		switch {
		case k == 0 || k == n:
			weight = 1
		case k%2 == 1:
			weight = 4
		}
		a, b := float64(root3*x), float64(w*d)
		sum += float64(weight * density(x) * (vec.NormCDF(b-a) + vec.NormCDF(-a-b)))
	}
	return 2 * sum * end / (3 * n)
}

func pairTask(caller string, hit, falseAlarm float64, strategy string) error {
	if err := properRate(caller, "hit", hit); err != nil {
		return err
	}
	if err := properRate(caller, "falseAlarm", falseAlarm); err != nil {
		return err
	}
	if strategy != "independent" && strategy != "differencing" {
		return fmt.Errorf("behavior: %s: strategy is %q, it must be \"independent\" or \"differencing\"", caller, strategy)
	}
	return nil
}

func properRate(caller, name string, p float64) error {
	if !(p > 0 && p < 1) {
		return fmt.Errorf("behavior: %s: %s is %g, it must lie between 0 and 1, both excluded; for k of n trials take (k+0.5)/(n+1)", caller, name, p)
	}
	return nil
}

// risesTo returns where the rising f reaches want, between lo and hi.
func risesTo(want, lo, hi float64, f func(float64) float64) float64 {
	for range 100 {
		mid := lo + float64((hi-lo)/2)
		if mid == lo || mid == hi {
			break
		}
		if f(mid) < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + float64((hi-lo)/2)
}

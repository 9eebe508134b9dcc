package dist

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// NoncentralTCDF returns the probability that (Z + delta)/sqrt(X/df) is at most t,
// where Z is standard normal and X is χ² with df degrees of freedom.
//
// For t >= 0 it is, with x = t²/(df + t²) and h = delta²/2,
//
//	Φ(-delta) + 1/2 Σ exp(-h) h^j (I_x(j+1/2, df/2)/j! + delta/√2 I_x(j+1, df/2)/Γ(j+3/2)),
//
// summed over the terms that count (Lenth 1989, Appl Stat 38:185, AS 243).
// NaN for NaN or df not above 0. Checked against SciPy.
func NoncentralTCDF(t, df, delta float64) float64 {
	switch {
	case math.IsNaN(t) || math.IsNaN(delta) || !(df > 0):
		return math.NaN()
	case math.IsInf(df, 1):
		return vec.NormCDF(t - delta)
	case t < 0:
		return 1 - NoncentralTCDF(-t, df, -delta)
	case delta == 0:
		return 1 - StudentSF(t, df)
	}
	square := float64(t * t)
	x, y := square/(df+square), df/(df+square)
	if math.IsInf(square, 1) {
		x, y = 1, df/t/t
	}
	if x == 0 {
		return vec.NormCDF(-delta)
	}
	// I(x; a, b) = I(x; a+1, b) + x^a y^b/(a B(a, b)): from the last term that counts downward, so that
	// only numbers above 0 are added.
	h, b := float64(delta*delta)/2, float64(df/2)
	j, weight := poissonTo(h)
	whole, _ := vec.Lgamma(j + 1)
	half, _ := vec.Lgamma(j + 1.5)
	ratio := vec.Exp(whole - half) // Γ(j+1)/Γ(j+3/2)
	even, odd := descent{a: j + 0.5, b: b, x: x, y: y}, descent{a: j + 1, b: b, x: x, y: y}
	even.value, odd.value = betaInc(even.a, b, x, y), betaInc(odd.a, b, x, y)
	sum := 0.0
	for {
		sum += float64(weight * (even.value + float64(float64(delta/math.Sqrt2*ratio)*odd.value)))
		if j == 0 {
			break
		}
		if weight *= j / h; weight < 1e-18 && j < h {
			break
		}
		ratio *= (j + 0.5) / j
		j--
		even.down()
		odd.down()
	}
	return math.Min(1, math.Max(0, vec.NormCDF(-delta)+float64(sum/2)))
}

// A descent is I(x; a, b), whose a falls by 1 in each step.
type descent struct {
	a, b, x, y, value float64
	step              float64 // x^a y^b/(a B(a, b))
}

func (d *descent) down() {
	last := d.a
	d.a--
	if d.step > 1e-280 {
		d.step *= last / (d.x * (d.a + d.b))
	} else {
		d.step = vec.Exp(float64(d.a*vec.Log(d.x)) + float64(d.b*vec.Log(d.y)) - logBeta(d.a, d.b) - vec.Log(d.a))
	}
	d.value += d.step
}

// poissonTo returns the last j of those that count of a Poisson distribution of mean h, and its
// probability.
func poissonTo(h float64) (j, weight float64) {
	j = math.Floor(h)
	lg, _ := vec.Lgamma(j + 1)
	weight = vec.Exp(-h + float64(j*logOrZero(h)) - lg)
	for {
		next := weight * (h / (j + 1))
		if next < 1e-18 {
			return j, weight
		}
		weight = next
		j++
	}
}

// NoncentralFSF returns the probability that a noncentral F with d1 and d2 degrees of
// freedom and the noncentrality lambda exceeds f: a mean of beta distributions over
// Poisson weights (Johnson, Kotz and Balakrishnan 1995, eq. 30.10). NaN for NaN and for what
// is not above 0. Checked against SciPy.
func NoncentralFSF(f, d1, d2, lambda float64) float64 {
	switch {
	case math.IsNaN(f) || !(d1 > 0) || !(d2 > 0) || !(lambda >= 0):
		return math.NaN()
	case f <= 0:
		return 1
	case lambda == 0:
		return FSF(f, d1, d2)
	}
	part := float64(d1 * f)
	x, y := part/(d2+part), d2/(d2+part)
	// I(y; a, b+1) = I(y; a, b) + y^a x^b/(b B(a, b)): from the first term that counts upward, so that
	// only numbers above 0 are added.
	h, a, b := lambda/2, float64(d2/2), float64(d1/2)
	first, weight := poissonFrom(h)
	b += first
	below := betaInc(a, b, y, x)
	step := 0.0
	if x > 0 && y > 0 {
		step = vec.Exp(float64(a*vec.Log(y)) + float64(b*vec.Log(x)) - logBeta(a, b) - vec.Log(b))
	}
	sum := 0.0
	for j := first; ; j++ {
		sum += float64(weight * below)
		below += step
		step *= x * (a + b) / (b + 1)
		b++
		if weight *= h / (j + 1); weight < 1e-18 && j > h {
			break
		}
	}
	return math.Min(1, sum)
}

// poissonFrom returns the first j of those that count of a Poisson distribution of mean h, and its
// probability.
func poissonFrom(h float64) (j, weight float64) {
	j = math.Floor(h)
	lg, _ := vec.Lgamma(j + 1)
	weight = vec.Exp(-h + float64(j*logOrZero(h)) - lg)
	for j > 0 {
		next := weight * (j / h)
		if next < 1e-18 {
			break
		}
		weight = next
		j--
	}
	return j, weight
}

// NoncentralChiSquareSF returns the probability that a noncentral χ² with df degrees of
// freedom and the noncentrality lambda exceeds x. NaN as [NoncentralFSF]. Checked against
// SciPy.
func NoncentralChiSquareSF(x, df, lambda float64) float64 {
	switch {
	case math.IsNaN(x) || !(df > 0) || !(lambda >= 0):
		return math.NaN()
	case x <= 0:
		return 1
	}
	return math.Min(1, poisson(lambda/2, func(j float64) float64 { return ChiSquareSF(x, df+2*j) }))
}

// poisson returns Σ exp(-h) h^j/j! f(j), for an f that stays bounded.
func poisson(h float64, f func(j float64) float64) float64 {
	middle := math.Floor(h)
	lg, _ := vec.Lgamma(middle + 1)
	top := vec.Exp(-h + float64(middle*logOrZero(h)) - lg)
	const small = 1e-18
	sum := float64(top * f(middle))
	weight := top
	for j := middle; j > 0; j-- {
		if weight *= j / h; weight < small {
			break
		}
		sum += float64(weight * f(j-1))
	}
	weight = top
	for j := middle + 1; ; j++ {
		if weight *= h / j; weight < small {
			break
		}
		sum += float64(weight * f(j))
	}
	return sum
}

func logOrZero(h float64) float64 {
	if h == 0 {
		return 0
	}
	return vec.Log(h)
}

// Package dist holds probability distributions of test statistics, accurate in
// the tails and with the same bits on every CPU.
package dist

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// StudentSF returns the probability that Student's t with df degrees of
// freedom exceeds t:
//
//	P(T > t) = I_x(df/2, 1/2) / 2 for t >= 0, x = df/(df + t^2).
//
// It is NaN for NaN, or df not above 0. Checked against mpmath and SciPy.
func StudentSF(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || !(df > 0):
		return math.NaN()
	case math.IsInf(df, 1):
		return vec.NormCDF(-t)
	case t < 0:
		return 1 - StudentSF(-t, df)
	}
	// Of x and 1-x the small one is computed without cancellation.
	square := float64(t * t)
	x, rest := df/(df+square), square/(df+square)
	if math.IsInf(square, 1) {
		x, rest = df/t/t, 1
	}
	return betaInc(df/2, 0.5, x, rest) / 2
}

// ZFromT returns the normal quantile of the same upper probability: the z of a
// t value, with its sign. Probabilities below 1e-300 count as that, which is z
// = 37.
func ZFromT(t, df float64) float64 {
	_, z := StudentPZ(t, df)
	return z
}

// StudentPZ returns [StudentSF] and [ZFromT] of t, in half the time of both.
func StudentPZ(t, df float64) (p, z float64) {
	p = StudentSF(math.Abs(t), df)
	if math.IsNaN(p) {
		return p, p
	}
	z = math.Copysign(-vec.NormQuantile(math.Max(p, 1e-300)), t)
	if t < 0 {
		p = 1 - p
	}
	return p, z
}

// betaInc returns the regularised incomplete beta function I_x(a, b), y being
// 1-x, by the continued fraction of DiDonato and Morris (1992), ACM Trans Math
// Softw 18:360, eq. 9 in the form that Lentz's method evaluates from the front.
func betaInc(a, b, x, y float64) float64 {
	switch {
	case x <= 0:
		return 0
	case y <= 0:
		return 1
	}
	// Beyond the mean the fraction of the complement converges faster.
	if x > (a+1)/(a+b+2) {
		return 1 - betaInc(b, a, y, x)
	}
	logX, logY := vec.Log(x), vec.Log(y)
	if x > 0.5 {
		logX = vec.Log1p(-y)
	} else {
		logY = vec.Log1p(-x)
	}
	front := vec.Exp(float64(a*logX)+float64(b*logY)-logBeta(a, b)) / a

	const tiny = 1e-300
	c, d := 1.0, 1-float64((a+b)*x)/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m < 10000; m++ {
		for _, num := range [2]float64{
			float64(m*(b-m)*x) / float64((a+2*m-1)*(a+2*m)),
			-float64((a+m)*(a+b+m)*x) / float64((a+2*m)*(a+2*m+1)),
		} {
			d = 1 + float64(num*d)
			if math.Abs(d) < tiny {
				d = tiny
			}
			c = 1 + num/c
			if math.Abs(c) < tiny {
				c = tiny
			}
			d = 1 / d
			h *= float64(d * c)
		}
		if math.Abs(float64(d*c)-1) < 1e-16 {
			break
		}
	}
	return front * h
}

// logBeta returns the logarithm of the beta function. For one of them 1/2 and the other large,
// where the difference of two large logarithms would lose digits, it takes the
// asymptotic series of log(Gamma(a+1/2)/Gamma(a)); see Tricomi and Erdelyi
// (1951), Pacific J Math 1:133.
func logBeta(a, b float64) float64 {
	if a == 0.5 {
		a, b = b, a
	}
	la, _ := vec.Lgamma(a)
	lb, _ := vec.Lgamma(b)
	if b == 0.5 && a >= 20 {
		u := 1 / a
		v := float64(u * u)
		series := -1.0/8 + float64(v*(1.0/192+float64(v*(-1.0/640+float64(v*(17.0/14336-float64(v*31/18432)))))))
		return lb - (float64(0.5*vec.Log(a)) + float64(u*series))
	}
	lab, _ := vec.Lgamma(a + b)
	return la + lb - lab
}

// ZFromP returns the normal quantile of an upper probability: the z that it
// belongs to. Probabilities within 1e-300 of 0 count as that.
func ZFromP(p float64) float64 {
	if p > 0.5 {
		return vec.NormQuantile(math.Max(1-p, 1e-300))
	}
	return -vec.NormQuantile(math.Max(p, 1e-300))
}

package behavior

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// overdispersed is the log likelihood of a block less [c>0] log p and [c<n]
// log(1-p), as a function of u = logit p: cubics on intervals of equal width.
// In u its singularities are at a distance of π from the real axis, whatever Eta
// is, so that cubics of width 0.03 are exact to 1e-7.
type overdispersed struct {
	from float64
	coef [][4]float64
}

const logitStep = 0.03

func newOverdispersed(c, n, eta, lo, hi float64) overdispersed {
	e := 1/float64(eta*eta) - 1
	d := func(u float64) float64 {
		p, not := 1/(1+vec.Exp(-u)), 1/(1+vec.Exp(u))
		sum := -risingLog(e, n) + float64(n*vec.Log(e))
		if c > 1 {
			sum += risingLog(float64(p*e)+1, c-1) - float64((c-1)*vec.Log(e))
		}
		if n-c > 1 {
			sum += risingLog(float64(not*e)+1, n-c-1) - float64((n-c-1)*vec.Log(e))
		}
		return sum
	}
	steps := int((hi-lo)/logitStep) + 1
	v := make([]float64, steps+3)
	for i := range v {
		v[i] = d(lo + float64(logitStep*float64(i-1)))
	}
	o := overdispersed{lo, make([][4]float64, steps)}
	for i := range o.coef {
		// The cubic through four neighbours.
		a, b, c, d := v[i], v[i+1], v[i+2], v[i+3]
		o.coef[i] = [4]float64{b, c - float64(b/2) - float64(a/3) - float64(d/6), float64((a+c)/2) - b, float64((d-a)/6) + float64((b-c)/2)}
	}
	return o
}

// risingLog is log (x (x+1) ... (x+k-1)) = log Γ(x+k)/Γ(x) for x > 0, by
// Stirling's series above 8.
func risingLog(x, k float64) float64 {
	product := 1.0
	for ; x < 8 && k > 0; x, k = x+1, k-1 {
		product *= x
	}
	sum := vec.Log(product)
	if k == 0 {
		return sum
	}
	series := func(x float64) float64 {
		r := 1 / x
		s := r * r
		return float64(r * (1.0/12 - float64(s*(1.0/360-float64(s*(1.0/1260-float64(s/1680)))))))
	}
	return sum + float64((x-0.5)*vec.Log1p(k/x)) + float64(k*vec.Log(x+k)) - k + series(x+k) - series(x)
}

// locate finds the interval of each logit and the part of it.
func locate(interval []int32, part, logP, logNot []float64, t overdispersed) {
	last := float64(len(t.coef)) - 1e-9
	for k := range part {
		x := (logP[k] - logNot[k] - t.from) / logitStep
		if !(x > 0) {
			x = 0
		}
		if x > last {
			x = last
		}
		interval[k] = int32(x)
		part[k] = x - float64(interval[k])
	}
}

func (t *overdispersed) add(a []float64, interval []int32, part []float64) {
	for k, x := range part {
		c := &t.coef[interval[k]]
		a[k] += c[0] + float64(x*(c[1]+float64(x*(c[2]+float64(x*c[3])))))
	}
}

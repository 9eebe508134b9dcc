package signal

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// elliptic returns the prototype of an elliptic filter (Orfanidis 2006).
func elliptic(n int, ripple, attenuation float64) prototype {
	eps := math.Sqrt(vec.Expm1(0.1 * ripple * math.Ln10))
	if n == 1 {
		return prototype{poles: []root{{-1 / eps, 0}}, gain: 1 / eps}
	}
	// k1 is the ratio of the ripples; the modulus k follows from the equation
	// of the degree, by nomes.
	ratio := vec.Expm1(0.1*ripple*math.Ln10) / vec.Expm1(0.1*attenuation*math.Ln10)
	m, m1 := degreeParameter(n, ratio)
	quarter := ellipticK(m1)
	v := quarter * inverseSC(1/eps, ratio) / (float64(n) * ellipticK(1-ratio))
	sv, cv, dv := jacobi(v, m)
	var p prototype
	for k := 0; 2*k < n; k++ {
		// Odd orders have one real pole and no zero for it.
		u := float64(1-n%2+2*k) * quarter / float64(n)
		s, c, d := jacobi(u, m1)
		if u == 0 {
			s, c, d = 0, 1, 1
		}
		den := 1 - float64(d*sv*d*sv)
		p.poles = append(p.poles, root{-float64(c*d*sv*cv) / den, float64(s*dv) / den})
		if s != 0 {
			p.zeros = append(p.zeros, root{0, 1 / (math.Sqrt(m) * s)})
		}
	}
	at0 := 1.0
	if n%2 == 0 {
		at0 = 1 / math.Sqrt(1+float64(eps*eps))
	}
	return p.scaled(at0)
}

// ellipticK returns the complete elliptic integral of the first kind for a
// complementary parameter, by the arithmetic-geometric mean.
func ellipticK(m1 float64) float64 {
	a, b := 1.0, math.Sqrt(m1)
	for range 40 {
		if math.Abs(a-b) <= 1e-16*a {
			break
		}
		a, b = float64((a+b)*0.5), math.Sqrt(a*b)
	}
	return math.Pi / (a + b)
}

// degreeParameter returns the parameter m, and 1-m, for which n K'(m)/K(m) is
// K'(ratio)/K(ratio).
func degreeParameter(n int, ratio float64) (m, m1 float64) {
	q := vec.Exp(-math.Pi * ellipticK(ratio) / ellipticK(1-ratio) / float64(n))
	num, den, alternating := 0.0, 1.0, 1.0
	for i := range 8 {
		num += vec.Pow(q, float64(i*(i+1)))
		if i > 0 {
			p := vec.Pow(q, float64(i*i))
			den += 2 * p
			if i%2 == 1 {
				p = -p
			}
			alternating += 2 * p
		}
	}
	fourth := func(x float64) float64 { return x * x * x * x }
	return 16 * q * fourth(num/den), fourth(alternating / den)
}

// jacobi returns Jacobi's elliptic functions sn, cn and dn of u for a
// complementary parameter (Bulirsch 1965).
func jacobi(u, m1 float64) (sn, cn, dn float64) {
	var arithmetic, geometric [40]float64
	a, b, c := 1.0, m1, 1.0
	last := 0
	for i := range arithmetic {
		last = i
		b = math.Sqrt(b)
		arithmetic[i], geometric[i] = a, b
		c = float64((a + b) * 0.5)
		if math.Abs(a-b) <= 1e-9*a { // the next mean is exact then
			break
		}
		b *= a
		a = c
	}
	sn, cn = vec.Sincos(u * c)
	dn = 1
	if sn == 0 {
		return sn, cn, dn
	}
	a = cn / sn
	c *= a
	for i := last; i >= 0; i-- {
		b := arithmetic[i]
		a = float64(a * c)
		c *= dn
		dn = (geometric[i] + a) / (b + a)
		a = c / b
	}
	s := 1 / math.Sqrt(float64(c*c)+1)
	sn = math.Copysign(s, sn)
	return sn, c * sn, dn
}

// inverseSC returns u with sn(u)/cn(u) = w for a complementary parameter.
func inverseSC(w, m1 float64) float64 {
	lo, hi := 0.0, ellipticK(m1)
	for range 200 {
		u := float64((lo + hi) * 0.5)
		if u <= lo || u >= hi {
			break
		}
		if s, c, _ := jacobi(u, m1); s < w*c {
			lo = u
		} else {
			hi = u
		}
	}
	return float64((lo + hi) * 0.5)
}

package decode

// hessian sets out to H v.
func (p *problem) hessian(at *point, v, out []float64) {
	d, rows, k := p.d, p.rows, p.k
	clear(out)
	u, z := make([]float64, rows), make([]float64, k)
	for i := 0; i < p.n; i++ {
		x, prob := p.x[i*d:i*d+d], at.prob[i*k:i*k+k]
		for a := range u {
			u[a] = dot(v[a*d:a*d+d], x)
		}
		p.spread(z, u)
		// p (z - mean of z), with differences to the most probable class: it
		// dominates the mean, and its own difference keeps its digits.
		top := 0
		for j, q := range prob {
			if q > prob[top] {
				top = j
			}
		}
		ref, mean := z[top], 0.0
		for j, q := range prob {
			z[j] -= ref
			mean += float64(q * z[j])
		}
		for j, q := range prob {
			z[j] = q * (z[j] - mean)
		}
		p.gather(u, z)
		for a, r := range u {
			addTimes(out[a*d:a*d+d], r, x)
		}
	}
	for at := range out {
		out[at] = float64(p.c * out[at])
		if at%d < d-1 {
			out[at] += v[at]
		}
	}
}

// preconditioner returns a function that applies an approximate inverse of the
// Hessian in place: of the Hessian itself where that is small or nothing else
// helped, else of the Hessian with each sample's curvature averaged over
// classes. The latter is also exact with two classes.
func (p *problem) preconditioner(at *point) func([]float64) {
	d, rows, k := p.d, p.rows, p.k
	if p.full && rows > 1 {
		m := newLower(rows * d)
		curve := make([]float64, rows*rows)
		for i := 0; i < p.n && p.task.Err() == nil; i++ {
			x := p.x[i*d : i*d+d]
			p.curvature(curve, at.prob[i*k:i*k+k])
			for a := 0; a < rows; a++ {
				for j, v := range x {
					row := m.row(a*d + j)
					for b := 0; b < a; b++ {
						addTimes(row[b*d:b*d+d], curve[a*rows+b]*v, x)
					}
					addTimes(row[a*d:], curve[a*rows+a]*v, x[:j+1])
				}
			}
		}
		for j := 0; j < rows*d; j++ {
			if j%d < d-1 {
				m.row(j)[j]++
			}
		}
		m.factor(p.task)
		return m.solve
	}
	m := newLower(d)
	for i := 0; i < p.n && p.task.Err() == nil; i++ {
		x, c := p.x[i*d:i*d+d], 0.0
		for j, q := range at.prob[i*k : i*k+k] {
			for _, other := range at.prob[i*k : i*k+j] {
				c += float64(q * other)
			}
		}
		if rows > 1 {
			c *= 2 / float64(rows)
		}
		for j, v := range x {
			addTimes(m.row(j), p.c*c*v, x[:j+1])
		}
	}
	for j := 0; j < d-1; j++ {
		m.row(j)[j]++
	}
	m.factor(p.task)
	return func(r []float64) {
		for a := 0; a < rows; a++ {
			m.solve(r[a*d : a*d+d])
		}
	}
}

// curvature sets out to C Bᵀ (diag(p) - p pᵀ) B, as a sum over pairs of classes
// that does not cancel where one probability is near 1.
func (p *problem) curvature(out, prob []float64) {
	clear(out)
	rows := p.rows
	for k, q := range prob {
		bk := p.basis[k*rows : (k+1)*rows]
		for l, other := range prob[:k] {
			bl := p.basis[l*rows : (l+1)*rows]
			w := p.c * q * other
			for a := range bk {
				for b := 0; b <= a; b++ {
					out[a*rows+b] += float64(w * (bk[a] - bl[a]) * (bk[b] - bl[b]))
				}
			}
		}
	}
}

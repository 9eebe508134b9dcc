package corpus

import "math"

// Life plays Conway's game on a torus.
func Life(gens int) (alive int) {
	const n = 48
	grid, next := make([][]bool, n), make([][]bool, n)
	for i := range grid {
		grid[i], next[i] = make([]bool, n), make([]bool, n)
		for j := range grid[i] {
			grid[i][j] = (i*7+j*13)%5 == 0
		}
	}
	for range gens % 200 {
		for i := range grid {
			for j := range grid[i] {
				k := 0
				for di := -1; di <= 1; di++ {
					for dj := -1; dj <= 1; dj++ {
						if (di != 0 || dj != 0) && grid[(i+di+n)%n][(j+dj+n)%n] {
							k++
						}
					}
				}
				next[i][j] = k == 3 || k == 2 && grid[i][j]
			}
		}
		grid, next = next, grid
	}
	for i := range grid {
		for _, c := range grid[i] {
			if c {
				alive++
			}
		}
	}
	return alive
}

func numbers(n int) []float64 {
	xs := make([]float64, n)
	r := lcg(1)
	for i := range xs {
		xs[i] = r.next()*200 - 100
	}
	return xs
}

func quick(xs []float64) {
	for len(xs) > 12 {
		p := xs[len(xs)/2]
		i, j := 0, len(xs)-1
		for i <= j {
			for xs[i] < p {
				i++
			}
			for xs[j] > p {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		if j < len(xs)-i {
			quick(xs[:j+1])
			xs = xs[i:]
		} else {
			quick(xs[i:])
			xs = xs[:j+1]
		}
	}
	for i := 1; i < len(xs); i++ {
		for j := i; j > 0 && xs[j] < xs[j-1]; j-- {
			xs[j], xs[j-1] = xs[j-1], xs[j]
		}
	}
}

// Quicksort returns sorted numbers.
func Quicksort(n int) []float64 {
	xs := numbers(n)
	quick(xs)
	return xs
}

// Heapsort sorts in place.
func Heapsort(n int) []float64 {
	xs := numbers(n)
	sift := func(lo, hi int) {
		for root := lo; ; {
			c := 2*root + 1
			if c >= hi {
				return
			}
			if c+1 < hi && xs[c] < xs[c+1] {
				c++
			}
			if xs[root] >= xs[c] {
				return
			}
			xs[root], xs[c] = xs[c], xs[root]
			root = c
		}
	}
	for i := n/2 - 1; i >= 0; i-- {
		sift(i, n)
	}
	for i := n - 1; i > 0; i-- {
		xs[0], xs[i] = xs[i], xs[0]
		sift(0, i)
	}
	return xs
}

// MergeSort makes new slices at every step.
func MergeSort(n int) []float64 { return mergeSort(numbers(n)) }

func mergeSort(xs []float64) []float64 {
	if len(xs) < 2 {
		return xs
	}
	a, b := mergeSort(xs[:len(xs)/2]), mergeSort(xs[len(xs)/2:])
	out := make([]float64, 0, len(xs))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// FFT is the transform of Cooley and Tukey.
func FFT(n int) []complex128 {
	m := 1
	for m < n {
		m *= 2
	}
	x := make([]complex128, m)
	for i := range x {
		x[i] = complex(math.Sin(float64(i)*0.3), float64(i%5)-2)
	}
	for i, j := 1, 0; i < m; i++ {
		bit := m >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= m; size *= 2 {
		ang := -2 * math.Pi / float64(size)
		wl := complex(math.Cos(ang), math.Sin(ang))
		for i := 0; i < m; i += size {
			w := complex(1, 0)
			for k := 0; k < size/2; k++ {
				u, v := x[i+k], x[i+k+size/2]*w
				x[i+k], x[i+k+size/2] = u+v, u-v
				w *= wl
			}
		}
	}
	return x
}

// NQueens counts placements.
func NQueens(n int) int {
	n %= 12
	if n == 0 {
		return 1
	}
	var place func(row int, cols, d1, d2 uint) int
	_ = place
	return queens(n, 0, 0, 0, 0)
}

func queens(n, row int, cols, d1, d2 uint) (k int) {
	if row == n {
		return 1
	}
	for c := range n {
		a, b := uint(1)<<c, uint(1)<<(row+c)
		d := uint(1) << (row - c + n)
		if cols&a|d1&b|d2&d == 0 {
			k += queens(n, row+1, cols|a, d1|b, d2|d)
		}
	}
	return k
}

func evalA(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }

func timesAtAu(dst, u, tmp []float64) {
	for i := range tmp {
		s := 0.0
		for j := range u {
			s += evalA(i, j) * u[j]
		}
		tmp[i] = s
	}
	for i := range dst {
		s := 0.0
		for j := range tmp {
			s += evalA(j, i) * tmp[j]
		}
		dst[i] = s
	}
}

// SpectralNorm is a benchmark of the language shootout.
func SpectralNorm(n int) float64 {
	u, v, t := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	for range 10 {
		timesAtAu(v, u, t)
		timesAtAu(u, v, t)
	}
	vbv, vv := 0.0, 0.0
	for i := range u {
		vbv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	return math.Sqrt(vbv / vv)
}

type body struct{ x, y, z, vx, vy, vz, mass float64 }

// NBody is a benchmark of the language shootout.
func NBody(steps int) float64 {
	bodies := []body{
		{0, 0, 0, 0, 0, 0, 39.47841760435743},
		{4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832, 2.811986844916260, -0.02521836165988763, 0.03769367487038949},
		{8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.01077434617879236, 1.82566237123041186, 0.00841576137658415, 0.01128632613196877},
		{12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.08279100644153536, 0.868713018169608220, -0.0108326374013636, 0.00172372405705971},
		{15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243897976, 0.594698998647676060, -0.0347559555040781, 0.00203368686992463},
	}
	for range steps {
		for i := range bodies {
			bi := &bodies[i]
			for j := i + 1; j < len(bodies); j++ {
				bj := &bodies[j]
				dx, dy, dz := bi.x-bj.x, bi.y-bj.y, bi.z-bj.z
				d2 := dx*dx + dy*dy + dz*dz
				mag := 0.01 / (d2 * math.Sqrt(d2))
				bi.vx -= dx * bj.mass * mag
				bi.vy -= dy * bj.mass * mag
				bi.vz -= dz * bj.mass * mag
				bj.vx += dx * bi.mass * mag
				bj.vy += dy * bi.mass * mag
				bj.vz += dz * bi.mass * mag
			}
		}
		for i := range bodies {
			b := &bodies[i]
			b.x += 0.01 * b.vx
			b.y += 0.01 * b.vy
			b.z += 0.01 * b.vz
		}
	}
	e := 0.0
	for i, b := range bodies {
		e += 0.5 * b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
		for _, c := range bodies[i+1:] {
			e -= b.mass * c.mass / math.Sqrt((b.x-c.x)*(b.x-c.x)+(b.y-c.y)*(b.y-c.y)+(b.z-c.z)*(b.z-c.z))
		}
	}
	return e
}

// Fannkuch is a benchmark of the language shootout.
func Fannkuch(n int) (checksum, flips int) {
	n = n%10 + 1
	p, q, s := make([]int, n), make([]int, n), make([]int, n)
	for i := range p {
		p[i], s[i] = i, i
	}
	sign := 1
	for {
		if q0 := p[0]; q0 != 0 {
			copy(q[1:], p[1:])
			k := 1
			for {
				qq := q[q0]
				if qq == 0 {
					flips = max(flips, k)
					checksum += sign * k
					break
				}
				q[q0] = q0
				for i, j := 1, q0-1; i < j; i, j = i+1, j-1 {
					q[i], q[j] = q[j], q[i]
				}
				q0 = qq
				k++
			}
		}
		if sign == 1 {
			if n > 1 {
				p[0], p[1] = p[1], p[0]
			}
			sign = -1
			if n == 1 {
				return checksum, flips
			}
			continue
		}
		if n > 2 {
			p[1], p[2] = p[2], p[1]
		}
		sign = 1
		for i := 2; ; i++ {
			if i >= n {
				return checksum, flips
			}
			if s[i] != 0 {
				s[i]--
				break
			}
			if i == n-1 {
				return checksum, flips
			}
			s[i] = i
			t := p[0]
			for j := 0; j <= i; j++ {
				p[j] = p[j+1]
			}
			p[i+1] = t
		}
	}
}

// Convolve filters a signal with a kernel, edges mirrored.
func Convolve(n int) (out []float64) {
	x := numbers(n)
	k := []float64{0.1, 0.2, 0.4, 0.2, 0.1}
	out = make([]float64, n)
	for i := range x {
		for j, w := range k {
			p := i + j - 2
			if p < 0 {
				p = -p
			}
			if p >= n {
				p = 2*n - 2 - p
			}
			if p >= 0 {
				out[i] += w * x[p]
			}
		}
	}
	return out
}

// KMeans clusters points in the plane.
func KMeans(n int) (centers [3][2]float64, sizes [3]int) {
	xs, ys := numbers(n), numbers(n + 5)[5*min(n, 1):]
	if n == 0 {
		return
	}
	for c := range centers {
		centers[c] = [2]float64{xs[c%n], ys[c%n]}
	}
	label := make([]uint8, n)
	for range 20 {
		for i := range xs {
			best := math.Inf(1)
			for c, p := range centers {
				dx, dy := xs[i]-p[0], ys[i]-p[1]
				if d := dx*dx + dy*dy; d < best {
					best, label[i] = d, uint8(c)
				}
			}
		}
		var sum [3][2]float64
		sizes = [3]int{}
		for i, l := range label {
			sum[l][0] += xs[i]
			sum[l][1] += ys[i]
			sizes[l]++
		}
		for c := range centers {
			if sizes[c] > 0 {
				centers[c] = [2]float64{sum[c][0] / float64(sizes[c]), sum[c][1] / float64(sizes[c])}
			}
		}
	}
	return centers, sizes
}

// DTW is the distance of two series under warping of time.
func DTW(n int) float64 {
	a, b := numbers(n), numbers(n/2+1)
	d := make([][]float64, len(a)+1)
	for i := range d {
		d[i] = make([]float64, len(b)+1)
		for j := range d[i] {
			d[i][j] = math.Inf(1)
		}
	}
	d[0][0] = 0
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			c := math.Abs(a[i-1] - b[j-1])
			d[i][j] = c + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
		}
	}
	return d[len(a)][len(b)]
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 0; i < len(a); i++ {
		prev := row[0]
		row[0] = i + 1
		for j := 0; j < len(b); j++ {
			cost := prev
			if a[i] != b[j] {
				cost = min(prev, row[j], row[j+1]) + 1
			}
			prev, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// Levenshtein compares strings byte by byte.
func Levenshtein(n int) int {
	t := 0
	words := []string{"hippocampus", "amygdala", "neocortex", "cerebellum", "", "naïve"}
	for range n {
		for _, a := range words {
			for _, b := range words {
				t += editDistance(a, b)
			}
		}
	}
	return t
}

// GaussJordan solves a system.
func GaussJordan(n int) []float64 {
	n = n%60 + 1
	a := make([][]float64, n)
	r := lcg(9)
	for i := range a {
		a[i] = make([]float64, n+1)
		for j := range a[i] {
			a[i][j] = r.next() - 0.5
		}
	}
	for c := range n {
		p := c
		for i := c + 1; i < n; i++ {
			if math.Abs(a[i][c]) > math.Abs(a[p][c]) {
				p = i
			}
		}
		a[c], a[p] = a[p], a[c]
		for i := range n {
			if i == c {
				continue
			}
			f := a[i][c] / a[c][c]
			for j := c; j <= n; j++ {
				a[i][j] -= f * a[c][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = a[i][n] / a[i][i]
	}
	return x
}

// Histogram counts into bins by way of a struct with slices.
func Histogram(n int) (counts []int, outside int) {
	type hist struct {
		lo, hi float64
		counts []int
		out    int
	}
	h := hist{lo: -90, hi: 90, counts: make([]int, 16)}
	for _, x := range numbers(n) {
		if x < h.lo || x >= h.hi {
			h.out++
			continue
		}
		h.counts[int((x-h.lo)/(h.hi-h.lo)*float64(len(h.counts)))]++
	}
	return h.counts, h.out
}

// CRC is bits at work on 32.
func CRC(n int) uint32 {
	var table [256]uint32
	for i := range table {
		c := uint32(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
		table[i] = c
	}
	crc := ^uint32(0)
	for i := range n {
		crc = table[byte(crc)^byte(i*i)] ^ crc>>8
	}
	return ^crc
}

// BinaryTrees uses pointers.
func BinaryTrees(n int) int {
	type node struct{ left, right *node }
	_ = node{}
	return makeTree(n % 14).check()
}

type tree struct{ left, right *tree }

func makeTree(d int) *tree {
	if d <= 0 {
		return &tree{}
	}
	return &tree{makeTree(d - 1), makeTree(d - 1)}
}

func (t *tree) check() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.check() + t.right.check()
}

package network

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Stability says whether the stationary rates of a MeanField stay, or give way to
// oscillations.
type Stability struct {
	// Unstable is how many modes grow: 0 where the asynchronous state is stable. An
	// oscillation counts twice, a growth without one once.
	Unstable int
	// Frequency is that of the mode that grows most, or is damped least, Hz.
	Frequency float64   `unit:"Hz"`
	CV        []float64 // of the intervals of each population's cells
}

// Stability returns whether small changes of the stationary rates given, Hz, grow: the
// linear stability of the asynchronous state (Brunel and Hakim 1999, Neural Comput
// 11:1621; Brunel 2000, section 4). A change of the rates changes the mean and the noise
// of all inputs a Delay later, and these the rates by Siegert.Transfer. The modes that
// grow are counted by how often the determinant of 1 minus that loop winds about 0
// (Nyquist's criterion).
func (m *MeanField) Stability(rates []float64) (*Stability, error) {
	if err := m.delays(); err != nil {
		return nil, err
	}
	mu, sigma, err := m.Input(rates)
	if err != nil {
		return nil, err
	}
	for i := range sigma {
		if _, err := m.Cells[i].Transfer(mu[i], sigma[i], nil); err != nil {
			return nil, fmt.Errorf("network: MeanField: population %d: %w", i, err)
		}
	}
	return m.stability(rates, mu, sigma), nil
}

func (m *MeanField) stability(rates, mu, sigma []float64) *Stability {
	s := &Stability{}
	for _, t := range m.transfers(mu, sigma, nil, coarse) {
		s.CV = append(s.CV, t.CV)
	}
	least := math.Inf(1)
	for i := range m.Delay {
		for j, d := range m.Delay[i] {
			if m.K[i][j] > 0 && m.J[i][j] != 0 {
				least = math.Min(least, d)
			}
		}
	}
	if math.IsInf(least, 1) {
		return s // nothing is connected
	}
	at := func(f float64) complex128 {
		return determinant(m.loop(m.transfers(mu, sigma, []float64{f}, coarse), 0))
	}
	step := math.Min(20, 0.04*1000/math.Max(least, 0.5))
	turned, grows, damped := 0.0, 0.0, math.Inf(1)
	// turn adds the angle from one determinant to the next, in parts where it is large.
	var turn func(f0, f1 float64, a, b complex128, depth int)
	turn = func(f0, f1 float64, a, b complex128, depth int) {
		q := over(b, a)
		angle := cmplx.Phase(q)
		if math.Abs(angle) > 0.6 && depth > 0 {
			middle := float64((f0 + f1) / 2)
			c := at(middle)
			turn(f0, middle, a, c, depth-1)
			turn(middle, f1, c, b, depth-1)
			return
		}
		turned += angle
		if size := cmplx.Abs(b); size < damped && grows == 0 {
			damped, s.Frequency = size, f1
		}
		// On the negative axis the loop returns a change in phase and larger.
		if imag(a) != 0 && (imag(a) < 0) != (imag(b) < 0) && real(a) < 0 && real(b) < 0 && -real(b) > grows {
			grows, s.Frequency = -real(b), float64((f0+f1)/2)
		}
	}
	f, d := 0.0, at(0)
	calm := 0.0 // since when nothing can wind
	// At high frequencies the share of the noise that comes from the network is left.
	limit, sharp := 0.0, 0.0
	for i := range m.Cells {
		own := 0.0
		for j, r := range rates {
			own += float64(m.K[i][j] * m.J[i][j] * m.J[i][j] * r / 1000 * m.Cells[i].Tau)
		}
		limit, sharp = math.Max(limit, float64((1+own/float64(sigma[i]*sigma[i]))/2)), math.Max(sharp, float64(3*rates[i]))
	}
	for f < 20_000 {
		next := f + step
		if f > sharp {
			next += step
		}
		e := at(next)
		turn(f, next, d, e, 10)
		f, d = next, e
		if cmplx.Abs(e-1) > limit {
			calm = f
		}
		if f-calm > math.Max(200, 1000/math.Max(least, 0.5)) {
			break
		}
	}
	s.Unstable = max(int(math.Round(-turned/math.Pi)), 0)
	return s
}

// delays checks the delays.
func (m *MeanField) delays() error {
	if err := m.Check(); err != nil {
		return err
	}
	n := len(m.Cells)
	if len(m.Delay) != n {
		return fmt.Errorf("network: MeanField: Delay has %d rows; stability and spectra depend on the delays: give one from each to each of the %d populations, ms", len(m.Delay), n)
	}
	for i, row := range m.Delay {
		if len(row) != n {
			return fmt.Errorf("network: MeanField: Delay[%d] has %d entries; it must have one for each of the %d Cells", i, len(row), n)
		}
		for j, d := range row {
			if !finite(d) || d < 0 {
				return fmt.Errorf("network: MeanField: Delay[%d][%d] is %g ms; it must be finite and 0 or more", i, j, d)
			}
		}
	}
	return nil
}

// transfers returns those of all populations; alike ones are computed once.
func (m *MeanField) transfers(mu, sigma, hz []float64, steps float64) []*Transfer {
	out := make([]*Transfer, len(m.Cells))
	for i := range out {
		for j := range i {
			if m.Cells[j] == m.Cells[i] && mu[j] == mu[i] && sigma[j] == sigma[i] {
				out[i] = out[j]
			}
		}
		if out[i] == nil {
			out[i] = m.Cells[i].transfer(mu[i], sigma[i], hz, steps)
		}
	}
	return out
}

// loop returns 1 minus what a change of the rates makes of itself, by population of the
// target and of the source, at frequency k of the transfers.
func (m *MeanField) loop(t []*Transfer, k int) [][]complex128 {
	out := make([][]complex128, len(t))
	for i := range out {
		out[i] = make([]complex128, len(t))
		c := &m.Cells[i]
		for j := range out[i] {
			// mV, and mV², per Hz of the source.
			weight := float64(m.K[i][j] * m.J[i][j] / 1000 * c.Tau)
			by := complex(float64(weight*real(t[i].Mean[k])), float64(weight*imag(t[i].Mean[k])))
			weight = float64(weight * m.J[i][j])
			by += complex(float64(weight*real(t[i].Variance[k])), float64(weight*imag(t[i].Variance[k])))
			late := float64(2 * math.Pi / 1000 * t[i].F[k] * m.Delay[i][j])
			out[i][j] = -product(by, complex(vec.Cos(late), -vec.Sin(late)))
		}
		out[i][i]++
	}
	return out
}

// determinant returns that of a matrix, which it overwrites.
func determinant(a [][]complex128) complex128 {
	d := complex128(1)
	for k := range a {
		p := k
		for i := k + 1; i < len(a); i++ {
			if cmplx.Abs(a[i][k]) > cmplx.Abs(a[p][k]) {
				p = i
			}
		}
		if p != k {
			a[p], a[k] = a[k], a[p]
			d = -d
		}
		if a[k][k] == 0 {
			return 0
		}
		d = product(d, a[k][k])
		for i := k + 1; i < len(a); i++ {
			q := over(a[i][k], a[k][k])
			for j := k + 1; j < len(a); j++ {
				a[i][j] -= product(q, a[k][j])
			}
		}
	}
	return d
}

// inverse returns that of a matrix, by its columns' cofactors: populations are few.
func inverse(a [][]complex128) [][]complex128 {
	n := len(a)
	copied := func(col int, unit int) [][]complex128 {
		out := make([][]complex128, n)
		for i := range out {
			out[i] = append([]complex128(nil), a[i]...)
			if col >= 0 {
				out[i][col] = 0
				if i == unit {
					out[i][col] = 1
				}
			}
		}
		return out
	}
	d := determinant(copied(-1, 0))
	out := make([][]complex128, n)
	for i := range out { // Cramer's rule
		out[i] = make([]complex128, n)
		for j := range out[i] {
			out[i][j] = over(determinant(copied(i, j)), d)
		}
	}
	return out
}

// Spectra returns the power spectral density of the activity of each population, the
// rate per cell, Hz²/Hz on the side of positive frequencies as signal.Welch gives it:
// at the stationary rates given, Hz, with so many cells and at the frequencies hz. Each
// cell fires as in Transfer, independently, and the network answers in first order (linear
// response: Lindner, Doiron and Longtin 2005, Phys Rev E 72:061919; Trousdale et al. 2012,
// PLoS Comput Biol 8:e1002408). The state must be stable. The theory is that of many small
// weights: where the network makes most of its own noise, as in Brunel's, the peaks found
// are lower by a third or half, and what is beyond them higher.
func (m *MeanField) Spectra(rates []float64, cells []int, hz []float64) ([][]float64, error) {
	s, err := m.Stability(rates)
	if err != nil {
		return nil, err
	}
	if s.Unstable > 0 {
		return nil, fmt.Errorf("network: MeanField: Spectra: the asynchronous state is not stable, %d modes grow at about %.3g Hz; spectra are those of a stable one", s.Unstable, s.Frequency)
	}
	if len(cells) != len(m.Cells) {
		return nil, fmt.Errorf("network: MeanField: Spectra: there are %d numbers of cells for %d populations", len(cells), len(m.Cells))
	}
	for i, n := range cells {
		if n < 1 {
			return nil, fmt.Errorf("network: MeanField: Spectra: population %d has %d cells; it must have 1 or more", i, n)
		}
	}
	for i, f := range hz {
		if !finite(f) || f < 0 {
			return nil, fmt.Errorf("network: MeanField: Spectra: frequency %d is %g Hz; frequencies must be finite and 0 or more", i, f)
		}
	}
	mu, sigma := m.input(rates)
	t := m.transfers(mu, sigma, hz, fine)
	out := make([][]float64, len(m.Cells))
	for k := range hz {
		b := inverse(m.loop(t, k))
		for i := range out {
			sum := 0.0
			for j := range b[i] {
				size := cmplx.Abs(b[i][j])
				sum += float64(float64(size*size) * t[j].Spectrum[k] / float64(cells[j]))
			}
			out[i] = append(out[i], 2*sum)
		}
	}
	return out, nil
}

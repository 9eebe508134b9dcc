package vec

import "testing"

// Four signals side by side get the bits of scalar code.
func TestFourSections(t *testing.T) {
	for _, count := range []int{1, 2, 3, 4, 5, 7} {
		coef := make([][5]float64, count)
		for k := range coef {
			coef[k] = [5]float64{1 / float64(k+2), 0.3, -0.2, -1.2 + 0.1*float64(k), 0.5}
		}
		for _, n := range []int{0, 1, 5, 64} {
			y, state := make([]float64, 4*n), make([]float64, 8*count)
			for i := range y {
				y[i] = float64(i*i%17) - 7.3
			}
			for i := range state {
				state[i] = float64(i) / 3
			}
			want, s := append([]float64(nil), y...), append([]float64(nil), state...)
			for k, c := range coef {
				for l := range 4 {
					p, q := s[8*k+l], s[8*k+4+l]
					for i := l; i < 4*n; i += 4 {
						x := want[i]
						u := float64(c[0]*x) + p
						p = float64(c[1]*x) - float64(c[3]*u) + q
						q = float64(c[2]*x) - float64(c[4]*u)
						want[i] = u
					}
					s[8*k+l], s[8*k+4+l] = p, q
				}
			}
			FourSections(y, state, coef)
			for i := range want {
				if y[i] != want[i] {
					t.Fatalf("%d sections, %d samples: value %d is %v, want %v", count, n, i, y[i], want[i])
				}
			}
			for i := range s {
				if state[i] != s[i] {
					t.Fatalf("%d sections, %d samples: state %d is %v, want %v", count, n, i, state[i], s[i])
				}
			}
		}
	}
}

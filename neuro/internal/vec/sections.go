package vec

// FourSections runs four signals, side by side in y, through sections of a filter
// in place: for each section with b0, b1, b2, a1 and a2 in coef, and with the two
// numbers s and t of each signal in state,
//
//	u = b0 x + s,  s = b1 x - a1 u + t,  t = b2 x - a2 u,
//
// and u is the x of the next section. y has four numbers for each sample, state
// eight for each section: four s, then four t.
func FourSections(y, state []float64, coef [][5]float64) {
	n := len(y) / 4
	for len(coef) > 0 && n > 0 {
		count := 1
		switch {
		case len(coef) >= 4:
			count = 4
		case len(coef) >= 2:
			count = 2
		}
		if useAVX2 {
			var wide [4 * 5 * 4]float64
			for k, c := range coef[:count] {
				for i, v := range c {
					for l := range 4 {
						wide[(5*k+i)*4+l] = v
					}
				}
			}
			_ = state[8*count-1]
			switch count {
			case 1:
				sections1AVX2(&y[0], &state[0], &wide[0], n)
			case 2:
				sections2AVX2(&y[0], &state[0], &wide[0], n)
			case 4:
				sections4AVX2(&y[0], &state[0], &wide[0], n)
			}
		} else {
			for k, c := range coef[:count] {
				for l := range 4 {
					s, t := state[8*k+l], state[8*k+4+l]
					for i := l; i < 4*n; i += 4 {
						x := y[i]
						u := float64(c[0]*x) + s
						s = float64(c[1]*x) - float64(c[3]*u) + t
						t = float64(c[2]*x) - float64(c[4]*u)
						y[i] = u
					}
					state[8*k+l], state[8*k+4+l] = s, t
				}
			}
		}
		state, coef = state[8*count:], coef[count:]
	}
}

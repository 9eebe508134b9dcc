package vec

import (
	"math"
	"testing"
)

// TestScatterPairs holds the assembly to the scalar bits, with targets that come
// several times in a group, and both to the sums themselves.
func TestScatterPairs(t *testing.T) {
	defer UseScalar(false)
	for _, n := range []int{0, 1, 7, 8, 9, 64, 1003} {
		pairs := make([]uint32, n)
		x := uint32(1)
		for i := range pairs {
			x = x*1664525 + 1013904223
			pairs[i] = x&0xffff0000 | x>>8&15
		}
		const w, step = -0.3, 1.7e-4
		var got [2][1 << 16]float32
		for i, scalar := range []bool{true, false} {
			UseScalar(scalar)
			ScatterPairs(&got[i], pairs, w, step)
		}
		want := map[uint16]float64{}
		for _, p := range pairs {
			want[uint16(p)] += w + step*float64(p>>16)
		}
		for j := range got[0] {
			if math.Float32bits(got[0][j]) != math.Float32bits(got[1][j]) {
				t.Fatalf("%d pairs: sum %d is %g and with assembly %g", n, j, got[0][j], got[1][j])
			}
			if math.Abs(float64(got[0][j])-want[uint16(j)]) > 1e-4*(1+math.Abs(want[uint16(j)])) {
				t.Fatalf("%d pairs: sum %d is %g; it must be %g", n, j, got[0][j], want[uint16(j)])
			}
		}
	}
}

package plot

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The field that the nullclines are contours of is that of the formula, and
// arrows have one length in units of the panel.
func TestPhasePlane(t *testing.T) {
	f := PhasePlane(func(x, y float64) (dx, dy float64) { return x*x - y, 100 * (y - x) }, -2, 2, -1, 3)
	flow, a, b := f.Panels[0].Layers[0], f.Panels[0].Layers[1], f.Panels[0].Layers[2]
	n := len(a.Z)
	for r := 0; r < n; r += 7 {
		for c := 0; c < n; c += 7 {
			// The place of the centre of a cell.
			x := a.X[0] + (float64(c)+0.5)*(a.X[1]-a.X[0])/float64(n)
			y := a.Y[0] + (float64(r)+0.5)*(a.Y[1]-a.Y[0])/float64(n)
			if math.Abs(a.Z[r][c]-(x*x-y)) > 1e-12 || math.Abs(b.Z[r][c]-100*(y-x)) > 1e-10 {
				t.Fatalf("at %g, %g: %g and %g", x, y, a.Z[r][c], b.Z[r][c])
			}
		}
	}
	for i := range flow.X {
		if d := math.Hypot(flow.U[i]/4, flow.V[i]/4); math.Abs(d-1) > 1e-12 {
			t.Fatalf("arrow %d is %g long", i, d)
		}
	}
	func() {
		defer func() {
			if r := recover(); !strings.Contains(fmt.Sprint(r), "plot: PhasePlane: y runs from 1 to 1") {
				t.Errorf("panic %v", r)
			}
		}()
		PhasePlane(nil, 0, 1, 1, 1)
	}()
}

package figure

import (
	"math"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// marksGolden are values by testdata/figure/marks.py.
type marksGolden struct {
	Boxes []struct {
		X                   []float64
		Q1, Med, Q3, Lo, Hi float64
		Fliers              []float64
	}
	Densities []struct{ X, At, Share []float64 }
	Contours  []struct {
		Z             [][]*float64
		Level, Length float64
		Lines         int
		Points        [][2]float64
	}
}

func goldenMarks(t *testing.T) (g marksGolden) {
	golden.JSON(t, golden.Path(t, "figure/marks.json"), &g)
	if len(g.Boxes) == 0 || len(g.Densities) == 0 || len(g.Contours) == 0 {
		t.Fatal("no golden values")
	}
	return g
}

// Quartiles, whiskers and outliers are matplotlib's.
func TestQuartiles(t *testing.T) {
	for _, c := range goldenMarks(t).Boxes {
		q1, q2, q3, lo, hi, out := quartiles(clean(c.X))
		golden.Close(t, "box", append([]float64{q1, q2, q3, lo, hi}, out...), append([]float64{c.Q1, c.Med, c.Q3, c.Lo, c.Hi}, c.Fliers...), 1e-12)
	}
}

// Densities are SciPy's at the same width; kernels are cut off at five widths,
// where they are 4e-6 of their height.
func TestDensity(t *testing.T) {
	for _, c := range goldenMarks(t).Densities {
		at, d := density(clean(c.X))
		most := 0.0
		for _, v := range d {
			most = math.Max(most, v)
		}
		for i := range d {
			d[i] /= most
		}
		golden.Close(t, "places", at, c.At, 1e-12)
		golden.Close(t, "density", d, c.Share, 2e-5)
	}
}

// Contour lines go through contourpy's points, as many lines of the same
// length in all.
func TestContourLines(t *testing.T) {
	for k, c := range goldenMarks(t).Contours {
		z := make([][]float64, len(c.Z))
		for i, row := range c.Z {
			for _, v := range row {
				if v == nil {
					z[i] = append(z[i], math.NaN())
				} else {
					z[i] = append(z[i], *v)
				}
			}
		}
		var pieces path
		for j := 0; j+1 < len(z); j++ {
			for i := 0; i+1 < len(z[j]); i++ {
				pieces = squares(pieces, [4]float64{z[j][i], z[j][i+1], z[j+1][i+1], z[j+1][i]}, c.Level, float64(i), float64(j),
					func(i, j float64) (point, bool) { return point{i, j}, true })
			}
		}
		lines := joined(pieces)
		length := 0.0
		var points [][2]float64
		for _, l := range lines {
			for i, p := range l {
				if i > 0 {
					length += math.Hypot(p.x-l[i-1].x, p.y-l[i-1].y)
				}
				points = append(points, [2]float64{math.Round(p.x*1e9) / 1e9, math.Round(p.y*1e9) / 1e9})
			}
		}
		sort.Slice(points, func(a, b int) bool {
			return points[a][0] < points[b][0] || points[a][0] == points[b][0] && points[a][1] < points[b][1]
		})
		n := 0
		for i, p := range points {
			if i == 0 || p != points[n-1] {
				points[n] = p
				n++
			}
		}
		points = points[:n]
		if len(lines) != c.Lines || math.Abs(length-c.Length) > 1e-9*c.Length {
			t.Errorf("level %g of field %d: %d lines of length %.9g, want %d of %.9g", c.Level, k, len(lines), length, c.Lines, c.Length)
		}
		if len(points) != len(c.Points) {
			t.Errorf("level %g of field %d: %d points, want %d", c.Level, k, len(points), len(c.Points))
			continue
		}
		for i, p := range points {
			if math.Hypot(p[0]-c.Points[i][0], p[1]-c.Points[i][1]) > 3e-9 {
				t.Errorf("level %g of field %d: point %v, want %v", c.Level, k, p, c.Points[i])
			}
		}
	}
}

package figure

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// slowly is polylines with every corner placed on the page by itself.
func slowly(v *view, c course, fine float64) path {
	var out path
	t := thinner{fine: fine}
	end := func() {
		if p := t.take(); len(p) > 0 {
			out = append(out, p)
		}
	}
	for i := range c.corners() {
		x, y := c.corner(i)
		px, okX := v.x.to(x)
		py, okY := v.y.to(y)
		if !okX || !okY {
			end()
			continue
		}
		t.add(point{px, py})
	}
	end()
	return out
}

// Lines whose columns are full of points are the same as if each were placed:
// with gaps, back and forth, flipped, far from 0, and in stairs.
func TestRush(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "points")
		seed := rapid.Uint64().Draw(t, "seed")
		some := func() float64 {
			seed = seed*6364136223846793005 + 1442695040888963407
			return float64(seed>>11) / (1 << 53)
		}
		at, long := rapid.SampledFrom([]float64{0, -7, 1e6, 1e15}).Draw(t, "start"), rapid.SampledFrom([]float64{1e-3, 1, 1e4}).Draw(t, "length")
		l := Layer{Kind: rapid.SampledFrom([]Kind{Line, Step, Stairs}).Draw(t, "kind")}
		even := l.Kind != Stairs && rapid.Bool().Draw(t, "even")
		back := rapid.Bool().Draw(t, "back and forth")
		for i := range n {
			l.Y = append(l.Y, math.Round(20*some())) // many are equal
			if some() < 0.003 {
				l.Y[i] = rapid.SampledFrom([]float64{math.NaN(), math.Inf(1)}).Draw(t, "gap")
			}
		}
		if even {
			l.X0, l.DX = at, long/float64(max(n, 1))
		} else {
			for i := range n {
				x := float64(i) / float64(n)
				if back && some() < 0.05 {
					x = some()
				}
				l.X = append(l.X, at+long*x)
			}
			if l.Kind == Stairs && n > 0 {
				l.X = append(l.X, at+long)
			}
		}
		f := one(l)
		f.Panels[0].X.Flip = rapid.Bool().Draw(t, "flip x")
		f.Panels[0].Y.Flip = rapid.Bool().Draw(t, "flip y")
		v := lay(f).views[0]
		fine := rapid.SampledFrom([]float64{0.1, 1, 30}).Draw(t, "fine")
		got, want := v.polylines(l.course(), fine), slowly(v, l.course(), fine)
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%d lines, %v\nwant %d, %v", len(got), got, len(want), want)
		}
	})
}

// Samples without stored times are drawn as those with them.
func TestEvenTimes(t *testing.T) {
	for _, kind := range []Kind{Line, Step} {
		for _, axis := range []Axis{{}, {Log: true}, {Min: 3, Max: 9}} {
			a := Layer{Kind: kind, X0: 2, DX: 0.25, Name: "a"}
			b := Layer{Kind: kind, Name: "a"}
			for i := range 50 {
				a.Y = append(a.Y, math.Sin(float64(i)/5))
				b.X = append(b.X, 2+0.25*float64(i))
			}
			b.Y = a.Y
			f, g := one(a, a), one(b, b)
			f.Panels[0].X, g.Panels[0].X = axis, axis
			if !bytes.Equal(lay(f).svg(), lay(g).svg()) {
				t.Errorf("%s, %+v: the two differ", kind, axis)
			}
		}
	}
}

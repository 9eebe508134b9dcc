package fast

import "testing"

func TestRed(t *testing.T) {
	src := `package p
func F(d uint64, n int) uint64 {
	for i := 0; i < n; i++ {
		v := func(w float64) float64 {
			d /= ^d
			for j := range 1 {
				if !(d >= 7) { break }
				_ = j
			}
			return w
		}
		_ = v(2)
	}
	return d
}
func G(d uint64, n int) uint64 {
	for i := 0; i < n; i++ {
			d /= ^d
	}
	return d
}
`
	pkg := build(t, map[string]string{"p.go": src})
	c := New(Options{})
	for _, n := range []string{"F", "G"} {
		pkg.Func(n).WriteTo(testWriter{t})
		for _, a := range pkg.Func(n).AnonFuncs {
			a.WriteTo(testWriter{t})
		}
		x, err := c.Compile(pkg.Func(n))
		t.Log(err)
		r, err := call(x, func(uint64, int) uint64 { return 0 }, ^uint64(0), 3)
		t.Log(r, err)
	}
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) { w.t.Log(string(b)); return len(b), nil }

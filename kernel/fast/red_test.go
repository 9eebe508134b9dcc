package fast

import (
	"os"
	"testing"
)

func TestRed(t *testing.T) {
	src := `package p
func F(d uint64, n int, a int) uint64 {
	var k uint16 = 1
	if ((k + k) >> 70) <= (k + k) / k { 
				d /= ^d
	}
	return 7
}
`
	pkg := build(t, map[string]string{"p.go": src})
	c := New(Options{})
	for _, n := range []string{"F"} {
		pkg.Func(n).WriteTo(testWriter{t})
		for _, a := range pkg.Func(n).AnonFuncs {
			a.WriteTo(testWriter{t})
		}
		x, err := c.Compile(pkg.Func(n))
		t.Log(err)
		r, err := call(x, func(uint64, int, int) uint64 { return 0 }, ^uint64(0), 3, 3)
		t.Log(r, err)
		os.WriteFile("/tmp/fast/x.wasm", x.binary, 0o666)
	}
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) { w.t.Log(string(b)); return len(b), nil }

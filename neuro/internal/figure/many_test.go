package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// manyOf returns a layer of n values.
func manyOf(kind string, n int) Layer {
	state := uint64(1)
	some := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	l := Layer{Kind: Line, Y: make([]float64, n)}
	for i := range l.Y {
		l.Y[i] = some() + some() + some()
	}
	if kind == "trace" {
		l.DX = 0.02
		return l
	}
	l.X = make([]float64, n)
	switch kind {
	case "step":
		l.Kind = Step
		for i := range l.X {
			l.X[i] = float64(i)
		}
	case "scatter", "see-through":
		l.Kind = Points
		for i := range l.X {
			l.X[i] = some() + some()
		}
		if kind == "see-through" {
			l.Alpha = 0.1
		}
	case "raster", "raster of many rows":
		l.Kind = Ticks
		rows := 100
		if kind != "raster" {
			rows = n / 1000
		}
		for i := range l.X {
			each := n / rows
			l.X[i], l.Y[i] = float64(i%each)+some(), float64(i/each)
		}
	}
	return l
}

// available is how much memory the machine has to spare, in bytes; 0 where it
// does not say.
func available() int {
	data, _ := os.ReadFile("/proc/meminfo")
	for _, line := range strings.Split(string(data), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemAvailable:" {
			n, _ := strconv.Atoi(f[1])
			return n << 10
		}
	}
	return 0
}

// Figures of very many values take little memory beside the data, and make files
// and notebook pages whose size does not grow with them. MANY is their number,
// such as 100000000, where it is not to be half a million; the test then
// also says how long each takes.
func TestManyValues(t *testing.T) {
	n := 500_000
	if s := os.Getenv("MANY"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	if testing.Short() {
		t.Skip("draws very many values")
	}
	if free := available(); free < 6*8*n {
		t.Skipf("%d MB of memory are free; %d are needed", free>>20, 6*8*n>>20)
	}
	for _, kind := range []string{"trace", "step", "scatter", "see-through", "raster", "raster of many rows"} {
		f := one(manyOf(kind, n))
		for _, format := range []string{"show", "svg", "interactive"} {
			debug.FreeOSMemory()
			before := heap()
			most, stop := watch()
			start := time.Now()
			size := 0
			switch format {
			case "show":
				size = len(f.Show().Data[display.TypePNG].([]byte))
			case "svg":
				size = len(lay(f).svg())
			default:
				for _, v := range f.Interactive().Data {
					if s, ok := v.(string); ok {
						size += len(s)
					}
				}
			}
			close(stop)
			extra := int(<-most) - int(before)
			t.Logf("%s of %d values, %s: %d MB beside the data's %d, %.1f s, %d kB", kind, n, format, extra>>20, before>>20, time.Since(start).Seconds(), size/1000)
			if extra > 400<<20 {
				t.Errorf("%s, %s: %d MB beside the data", kind, format, extra>>20)
			}
			if size > 12<<20 {
				t.Errorf("%s, %s: %d bytes", kind, format, size)
			}
		}
		runtime.KeepAlive(f)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// watch looks at the heap every few milliseconds until stop is closed and then
// sends the largest size.
func watch() (most chan uint64, stop chan struct{}) {
	most, stop = make(chan uint64, 1), make(chan struct{})
	go func() {
		largest := heap()
		for {
			select {
			case <-stop:
				most <- max(largest, heap())
				return
			case <-time.After(5 * time.Millisecond):
				largest = max(largest, heap())
			}
		}
	}()
	return most, stop
}

// Points that are gathered by pixels look like those that are drawn one by one.
func TestGather(t *testing.T) {
	for _, l := range []Layer{{Size: 2}, {Size: 3, Alpha: 0.02}, {Size: 4, Marker: "square"}, {Size: 3, Z: [][]float64{nil}}} {
		m := manyOf("scatter", manyPoints+1)
		l.Kind, l.X, l.Y = Points, m.X, m.Y
		if l.Z != nil {
			l.Z[0] = m.X
		}
		few := l
		few.X, few.Y = l.X[:manyPoints], l.Y[:manyPoints]
		if l.Z != nil {
			few.Z = [][]float64{l.Z[0][:manyPoints]}
		}
		limits := func(l Layer) *Figure {
			f := one(l)
			f.Panels[0].X.Max, f.Panels[0].Y.Max = 2, 3
			f.Panels[0].X.Min, f.Panels[0].Y.Min = 0.001, 0.001
			return f
		}
		a, _ := png.Decode(bytes.NewReader(lay(limits(l)).png(screenDPI)))
		b, _ := png.Decode(bytes.NewReader(lay(limits(few)).png(screenDPI)))
		sum, n := 0.0, 0
		for y := range a.Bounds().Dy() {
			for x := range a.Bounds().Dx() {
				p, q, r, _ := a.At(x, y).RGBA()
				u, v, w, _ := b.At(x, y).RGBA()
				for _, d := range []int{int(p) - int(u), int(q) - int(v), int(r) - int(w)} {
					sum += float64(max(d, -d)) / 65535
					n++
				}
			}
		}
		if mean := sum / float64(n); mean > 0.01 {
			t.Errorf("size %g, opacity %g, marker %q: pixels differ by %.4f on average", l.Size, l.Alpha, l.Marker, mean)
		}
	}
}

// A long drawing ends with an error when its cell is interrupted.
func TestInterrupted(t *testing.T) {
	f := one(manyOf("raster", manyValues+1))
	go func() {
		for range 2000 {
			time.Sleep(time.Millisecond)
			display.Interrupt()
		}
	}()
	err := f.Save(filepath.Join(t.TempDir(), "a.png"))
	if !errors.Is(err, display.ErrInterrupted) || err.Error() != "plot: Save: interrupted" {
		t.Errorf("Save: %v", err)
	}
	defer func() {
		if err, ok := recover().(error); !ok || fmt.Sprint(err) != "plot: Show: interrupted" {
			t.Errorf("Show panics with %v", err)
		}
	}()
	f.Show()
}

package fast

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// TestRandomPrograms writes functions at random and compares what they return,
// or panic with, to what compiled Go does.
func TestRandomPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go toolchain")
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("FAST_SEED"); s != "" {
		fmt.Sscan(s, &seed)
	}
	n := 150
	if s := os.Getenv("FAST_COUNT"); s != "" {
		fmt.Sscan(s, &n)
	}
	t.Logf("FAST_SEED=%d", seed)
	g := &generator{r: rand.New(rand.NewPCG(seed, 1))}
	src, names := g.program(n)
	if file := os.Getenv("FAST_FILE"); file != "" { // a program to look at again
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, src, _ = strings.Cut(string(b), "\n// functions\n")
		names = nil
		for _, l := range strings.Split(src, "\n") {
			if rest, ok := strings.CutPrefix(l, "func f"); ok {
				names = append(names, "f"+rest[:strings.Index(rest, "(")])
			}
		}
	}

	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte("package main\n\n"+harness+src), 0o666); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(goTool, "run", file)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		os.WriteFile(filepath.Join(os.TempDir(), "fast-random.go"), []byte("package main\n\n"+harness+src), 0o666)
		t.Fatalf("go run: %v\n%.3000s", err, stderr.String())
	}
	want := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		name, rest, _ := strings.Cut(s.Text(), " ")
		want[name] = rest
	}

	pkg := build(t, map[string]string{"p.go": "package p\n\nimport \"math\"\n\n" + src})
	c := New(Options{})
	defer c.Close()
	refused, failures, panics := map[string]int{}, 0, 0
	for _, name := range names {
		x, err := c.Compile(pkg.Func(name))
		var no *Refused
		if errors.As(err, &no) {
			refused[no.Reason]++
			continue
		}
		if err != nil {
			t.Fatal(name, err)
		}
		for k := range numArgs {
			key := fmt.Sprintf("%s/%d", name, k)
			got := runRandom(x, k)
			if strings.HasPrefix(want[key], "panic") {
				panics++
			}
			if !sameOutcome(got, want[key]) {
				failures++
				if failures <= 5 {
					t.Errorf("%s: got %s\nwant %s\n%s", key, got, want[key], functionText(src, name))
				}
			}
		}
		x.Close()
	}
	if failures > 0 {
		os.WriteFile(filepath.Join(os.TempDir(), "fast-random.go"), []byte("package main\n\n"+harness+src), 0o666)
	}
	t.Logf("%d functions, %d refused %v, %d calls that panic", len(names), sum(refused), refused, panics)
}

// sameOutcome compares what happened. Which of two panics in one expression
// comes first is not said by the language.
func sameOutcome(a, b string) bool {
	if strings.HasPrefix(a, "panic: runtime error") && strings.HasPrefix(b, "panic: runtime error") {
		return a[strings.LastIndex(a, "] ["):] == b[strings.LastIndex(b, "] ["):]
	}
	return a == b
}

func sum(m map[string]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

func functionText(src, name string) string {
	i := strings.Index(src, "func "+name+"(")
	j := strings.Index(src[i:], "\n}\n")
	return src[i : i+j+3]
}

const numArgs = 6

// The arguments of every function: what makes trouble.
func randomArgs(k int) (int, uint8, int32, uint64, float64, float32, []int, []float64) {
	a := []int{0, 1, -1, 7, math.MinInt, 1 << 40}[k]
	b := []uint8{0, 1, 255, 7, 128, 33}[k]
	c := []int32{0, 5, -1, math.MinInt32, math.MaxInt32, 100}[k]
	d := []uint64{0, 1, math.MaxUint64, 1 << 63, 12345, 63}[k]
	e := []float64{0, 1.5, math.Copysign(0, -1), math.NaN(), math.Inf(-1), 1e19}[k]
	f := []float32{0, 0.1, -3e9, float32(math.Inf(1)), 1e-40, 255.9}[k]
	xs := [][]int{nil, {1}, {3, -1, 4, 1, -5, 9, 2, 6}, {0, 0}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, {-7, 8, 9}}[k]
	ys := [][]float64{{0.5, -2}, nil, {1, 2, 3, 4}, {math.NaN(), 1, math.Inf(1)}, {3.25}, {9, 8, 7, 6, 5, 4, 3, 2, 1}}[k]
	return a, b, c, d, e, f, append([]int(nil), xs...), append([]float64(nil), ys...)
}

func runRandom(x *Code, k int) string {
	a, b, c, d, e, f, xs, ys := randomArgs(k)
	var r1 int
	var r2 float64
	var r3 uint64
	err := x.Call([]unsafe.Pointer{ptr(&a), ptr(&b), ptr(&c), ptr(&d), ptr(&e), ptr(&f), ptr(&xs), ptr(&ys)},
		[]unsafe.Pointer{ptr(&r1), ptr(&r2), ptr(&r3)})
	state := fmt.Sprint(xs, floatBits(ys))
	if err != nil {
		return fmt.Sprint("panic: ", err, state)
	}
	return fmt.Sprint(r1, floatBits([]float64{r2}), r3, state)
}

func ptr[T any](p *T) unsafe.Pointer { return unsafe.Pointer(p) }

func floatBits(fs []float64) []uint64 {
	var r []uint64
	for _, f := range fs {
		if f != f {
			f = math.NaN()
		}
		r = append(r, math.Float64bits(f))
	}
	return r
}

var _ = reflect.TypeOf

// harness runs the functions under the Go toolchain; it prints what runRandom
// returns.
const harness = `import ("fmt"; "math")

func randomArgs(k int) (int, uint8, int32, uint64, float64, float32, []int, []float64) {
	a := []int{0, 1, -1, 7, math.MinInt, 1 << 40}[k]
	b := []uint8{0, 1, 255, 7, 128, 33}[k]
	c := []int32{0, 5, -1, math.MinInt32, math.MaxInt32, 100}[k]
	d := []uint64{0, 1, math.MaxUint64, 1 << 63, 12345, 63}[k]
	e := []float64{0, 1.5, math.Copysign(0, -1), math.NaN(), math.Inf(-1), 1e19}[k]
	f := []float32{0, 0.1, -3e9, float32(math.Inf(1)), 1e-40, 255.9}[k]
	xs := [][]int{nil, {1}, {3, -1, 4, 1, -5, 9, 2, 6}, {0, 0}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, {-7, 8, 9}}[k]
	ys := [][]float64{{0.5, -2}, nil, {1, 2, 3, 4}, {math.NaN(), 1, math.Inf(1)}, {3.25}, {9, 8, 7, 6, 5, 4, 3, 2, 1}}[k]
	return a, b, c, d, e, f, append([]int(nil), xs...), append([]float64(nil), ys...)
}

func floatBits(fs []float64) []uint64 {
	var r []uint64
	for _, f := range fs {
		if f != f {
			f = math.NaN()
		}
		r = append(r, math.Float64bits(f))
	}
	return r
}

type function = func(a int, b uint8, c int32, d uint64, e float64, f float32, xs []int, ys []float64) (int, float64, uint64)

func one(name string, fn function, k int) {
	a, b, c, d, e, f, xs, ys := randomArgs(k)
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name+"/"+fmt.Sprint(k), fmt.Sprint("panic: ", r, fmt.Sprint(xs, floatBits(ys))))
		}
	}()
	r1, r2, r3 := fn(a, b, c, d, e, f, xs, ys)
	fmt.Println(name+"/"+fmt.Sprint(k), fmt.Sprint(r1, floatBits([]float64{r2}), r3, fmt.Sprint(xs, floatBits(ys))))
}

func main() {
	for _, n := range names {
		for k := range 6 {
			one(n.name, n.fn, k)
		}
	}
}

// functions
`

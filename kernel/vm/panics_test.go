package vm_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestPanicsOfHotCode holds that a panic in hot code that nothing recovers has
// Go's words, the place where it happened, and the functions around it.
func TestPanicsOfHotCode(t *testing.T) {
	for _, c := range []struct {
		name, text, message string
		line                int
		trace               string // functions, innermost first
		slow                bool   // the fast tier does not do it
	}{
		{"index", `package main

func sum(x []int, n int) (s int) {
	for i := range n {
		s += i
		s += x[i]
	}
	return s
}

func main() {
	x := make([]int, 5000)
	for range 500 {
		sum(x, 20)
	}
	sum(x, 5001)
}`, "runtime error: index out of range [5000] with length 5000", 6, "sum main", false},
		{"index in main", `package main

func main() {
	x := make([]int, 5000)
	for i := 0; ; i++ {
		x[i] =
			i
	}
}`, "runtime error: index out of range [5000] with length 5000", 6, "main", false},
		{"division", `package main

func main() {
	s := 0
	for i := 3000; ; i-- {
		s += 100 /
			i
	}
}`, "runtime error: integer divide by zero", 6, "main", false},
		{"nil", `package main

type node struct {
	pad  [4]int
	next *node
	v    float64
}

func main() {
	var list *node
	for range 3000 {
		list = &node{next: list}
	}
	s := 0.0
	for {
		s += list.v
		list = list.next
	}
}`, "runtime error: invalid memory address or nil pointer dereference", 16, "main", false},
		{"in a function that is inlined", `package main

type ring struct{ x []float64 }

func (r *ring) at(i int) float64 {
	return r.x[i]
}

func mean(r *ring) (m float64) {
	for i := 0; ; i++ {
		m += r.at(i)
	}
}

func main() {
	mean(&ring{make([]float64, 4000)})
}`, "runtime error: index out of range [4000] with length 4000", 6, "", false},
		{"panic of a text", `package main

func main() {
	for i := 0; ; i++ {
		if i*i == 9_000_000 {
			panic("three thousand")
		}
	}
}`, "three thousand", 6, "main", false},
		{"slice", `package main

func main() {
	x := make([]int, 4000)
	n := 0
	for i := 0; ; i++ {
		n += len(x[i : i+1])
	}
}`, "runtime error: slice bounds out of range [:4001] with capacity 4000", 7, "main", false},
		{"conversion to an array", `package main

func main() {
	x := make([]int, 4000)
	n := 0
	for {
		n += ([4]int)(x)[3]
		x = x[1:]
	}
}`, "runtime error: cannot convert slice with length 3 to array or pointer to array with length 4", 7, "main", true},
		{"negative shift", `package main

func main() {
	n := 0
	for i := 3000; ; i-- {
		n ^= 1 << i
	}
}`, "runtime error: negative shift amount", 6, "main", false},
		{"negative length", `package main

func main() {
	n := 0
	for i := 3000; ; i-- {
		n += len(make([]int, i))
	}
}`, "runtime error: makeslice: len out of range", 6, "main", false},
	} {
		for _, mode := range modes {
			t.Run(c.name+"/"+mode.name, func(t *testing.T) {
				r := compile(t, "p.go", c.text, mode.options)
				p := panicOf(t, r.do(t))
				message := fmt.Sprint(p.Value)
				if message != c.message {
					t.Errorf("panicked with %q, not %q", message, c.message)
				}
				if _, ok := p.Value.(runtime.Error); ok != strings.HasPrefix(c.message, "runtime error") {
					t.Errorf("panicked with a %T", p.Value)
				}
				var names []string
				for _, f := range p.Trace {
					names = append(names, f.Func)
				}
				if got := strings.Join(names, " "); got != c.trace && c.trace != "" {
					t.Errorf("trace %q, not %q", got, c.trace)
				}
				if len(p.Trace) > 0 {
					if line := r.fset.Position(p.Trace[0].Pos).Line; line != c.line {
						t.Errorf("panicked at line %d, not %d", line, c.line)
					}
				}
				if !mode.options.NoFast && canFast && r.fast() == 0 && !c.slow {
					t.Errorf("nothing was fast: %v", r.m.Tiers())
				}
			})
		}
	}
}

package fast

import (
	"errors"
	"reflect"
	"testing"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

const turnsSource = `package p

func eight(p *[8]int) (s int) {
	for i := 0; i < 8; i++ {
		s = s*10 + p[i]
	}
	return s
}

func many(p []int) (s int) {
	for i := 0; i < 30; i++ {
		s = s*3 + p[i]
	}
	return s
}

func down(p []int) (s int) {
	for i := 29; i >= 0; i-- {
		s = s*3 + p[i]
	}
	return s
}

func each(p []int) (s int) {
	for i := range 30 {
		s = s*3 + p[i]
	}
	return s
}

func next(p []int) (s int) {
	for i := 0; i < 29; i++ {
		s = s*3 + p[i]*p[i+1]
	}
	return s
}
`

// TestLoopEnteredInTheMiddle takes loops over from the slower tier after every
// number of turns that it may have made.
func TestLoopEnteredInTheMiddle(t *testing.T) {
	pkg := build(t, map[string]string{"p.go": turnsSource})
	c := New(Options{})
	defer c.Close()
	list := make([]int, 30)
	for i := range list {
		list[i] = i*i%11 - 3
	}
	for _, name := range []string{"eight", "many", "each", "down", "next"} {
		fn := pkg.Func(name)
		var head *ssa.BasicBlock
		for _, b := range fn.Blocks {
			for _, s := range b.Succs {
				if s.Dominates(b) {
					head = s
				}
			}
		}
		loop, err := c.CompileLoop(fn, head, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		turns := map[string]int{"eight": 8, "many": 30, "each": 30, "down": 30, "next": 29}[name]
		want := func(done int) (s int) {
			for k := range done {
				switch name {
				case "eight":
					s = s*10 + list[k]
				case "many", "each":
					s = s*3 + list[k]
				case "down":
					s = s*3 + list[29-k]
				case "next":
					s = s*3 + list[k]*list[k+1]
				}
			}
			return s
		}
		for done := range turns + 1 {
			if name == "each" && done == turns {
				continue // behind the last turn it is over
			}
			s, i, exit, out := want(done), done, -1, 0
			if name == "down" {
				i = 29 - done
			}
			eight := (*[8]int)(list)
			p := list
			var args []unsafe.Pointer
			for _, in := range loop.Ins {
				switch x := in.(type) {
				case *ssa.Phi:
					if x.Comment == "i" || x.Comment == "rangeint.iter" {
						args = append(args, unsafe.Pointer(&i))
					} else {
						args = append(args, unsafe.Pointer(&s))
					}
				default:
					if name == "eight" {
						args = append(args, unsafe.Pointer(&eight))
					} else {
						args = append(args, unsafe.Pointer(&p))
					}
				}
			}
			if len(loop.Outs) != 1 {
				t.Fatalf("%s gives %d values, not the sum alone", name, len(loop.Outs))
			}
			if err := loop.Code.Call(args, []unsafe.Pointer{unsafe.Pointer(&exit), unsafe.Pointer(&out)}); err != nil {
				t.Fatal(name, done, err)
			}
			if out != want(turns) || exit != 0 {
				t.Errorf("%s after %d turns: way out %d with %d, not %d", name, done, exit, out, want(turns))
			}
		}
		loop.Code.Close()
	}
}

// TestTurnsPanic lets an index go out of range in each of the turns that are
// written in a row: the panic is that of the loop, and what was stored before
// it is stored, and no more.
func TestTurnsPanic(t *testing.T) {
	pkg := build(t, map[string]string{"p.go": `package p

func fill(a, b []int, n int) {
	for i := 0; i < n; i++ {
		a[i] = i + 1
		b[i] = a[i] * 2
	}
}

func seldom(a, b []int, n int) {
	for i := 0; i < n; i++ {
		if a[i]++; a[i] > 100 {
			b[i-1] = 2
		}
	}
}

func behind(a, b []int, n int) {
	for i := range n {
		a[i] = i + 1
		b[i] = a[i] * 2
	}
}

func empty(a, b []int, n int) {
	for i := n; i >= 0; i-- {
		a[i] = i + 1
		b[i-4] = a[i] * 2
	}
}
`})
	c := New(Options{})
	defer c.Close()
	go1 := map[string]func(a, b []int, n int){
		"fill": func(a, b []int, n int) {
			for i := 0; i < n; i++ {
				a[i] = i + 1
				b[i] = a[i] * 2
			}
		},
		"behind": func(a, b []int, n int) {
			for i := range n {
				a[i] = i + 1
				b[i] = a[i] * 2
			}
		},
		"seldom": func(a, b []int, n int) {
			for i := 0; i < n; i++ {
				if a[i]++; a[i] > 100 {
					b[i-1] = 2
				}
			}
		},
		"empty": func(a, b []int, n int) {
			for i := n; i >= 0; i-- {
				a[i] = i + 1
				b[i-4] = a[i] * 2
			}
		},
	}
	for name, f := range go1 {
		x, err := c.Compile(pkg.Func(name))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 24 {
			for short := range 12 {
				a, b := make([]int, 24), make([]int, 24-short, 24)
				a2, b2 := make([]int, 24), make([]int, 24-short, 24)
				if short == 11 {
					b, b2 = nil, nil
				}
				want := panicOf(func() { f(a2, b2, n) })
				err := x.Call([]unsafe.Pointer{ptr(&a), ptr(&b), ptr(&n)}, nil)
				var p *Panic
				got := ""
				if errors.As(err, &p) {
					got = p.Error()
				} else if err != nil {
					t.Fatal(err)
				}
				if got != want || !reflect.DeepEqual(a, a2) || !reflect.DeepEqual(b[:cap(b)], b2[:cap(b)]) {
					t.Fatalf("%s to %d with %d elements: %q\n%v\n%v\nnot %q\n%v\n%v", name, n, len(b), got, a, b[:cap(b)], want, a2, b2[:cap(b)])
				}
			}
		}
		x.Close()
	}
}

func panicOf(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = r.(error).Error()
		}
	}()
	f()
	return ""
}

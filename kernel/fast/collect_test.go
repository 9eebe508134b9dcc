package fast

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestRotations turns trees, lists and rows over in several goroutines under a
// collector that never rests and overwrites what it frees. All that machine
// code holds only in its registers, on its stack or in saved variables is
// noticed when it is freed too early: the sums are wrong.
func TestRotations(t *testing.T) {
	if !alone(t, "GODEBUG=clobberfree=1", "GOGC=1") {
		return
	}
	keepBytes, keepCount = 4096, 64
	const text = `
	type tree struct{ left, right *tree; v int }
	type cell struct{ next *cell; row []int }

	// rotate turns the tree to the left as often as it can, then back.
	func rotate(p *tree) *tree {
		for p.right != nil { r := p.right; p.right = r.left; r.left = p; p = r }
		for p.left != nil { l := p.left; p.left = l.right; l.right = p; p = l }
		return p
	}

	func sum(p *tree) int {
		if p == nil { return 0 }
		return p.v + sum(p.left) + sum(p.right)
	}

	func F(n int, root *tree, list *cell) (s int) {
		var spare *cell
		for i := 0; i < n; i++ {
			root = rotate(root)
			if i%16 == 0 {
				s += sum(root)
			}
			// One cell goes from the list to a register, and comes back at
			// the end with a longer row.
			c := list
			list = list.next
			c.next = nil
			row := c.row
			c.row = nil
			for k := 0; k < 40; k++ {
				row = append(row[1:], row[0])
				spare = &cell{spare, row[:1]}
			}
			if i%8 == 0 {
				spare = nil
			}
			c.row = row
			last := list
			for last.next != nil { last = last.next }
			last.next = c
			for p := list; p != nil; p = p.next {
				for _, v := range p.row { s += v }
			}
		}
		return s
	}`
	type tree struct {
		left, right *tree
		v           int
	}
	type cell struct {
		next *cell
		row  []int
	}
	f := func(int, *tree, *cell) int { return 0 }
	x := compileOne(t, Options{}, text)
	var end atomic.Bool
	var collector sync.WaitGroup
	collector.Go(func() {
		for !end.Load() {
			runtime.GC()
		}
	})
	const turns, nodes, cells = 160, 60, 12
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 6 {
				var root *tree
				for i := range nodes {
					root = &tree{left: root, right: nil, v: i}
				}
				var list *cell
				for i := range cells {
					list = &cell{list, []int{i, 1, 2, 3}}
				}
				r, err := call(x, f, turns, root, list)
				want := turns/16*(nodes*(nodes-1)/2) + turns*(cells*(cells-1)/2+6*cells)
				if err != nil || r[0] != want {
					t.Errorf("%v %v, want %d", r, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
	end.Store(true)
	collector.Wait()
}

// TestSavedVariables holds pointers only in variables that are saved while a
// slice grows.
func TestSavedVariables(t *testing.T) {
	if !alone(t, "GODEBUG=clobberfree=1", "GOGC=1") {
		return
	}
	keepBytes, keepCount = 4096, 64
	x := compileOne(t, Options{}, `
		func F(n int) (s int, last []int) {
			old := make([]int, 1000+n)
			for i := range old { old[i] = 1 }
			for k := 0; k < n; k++ {
				var out []int
				for i := 0; i < 3000; i++ {
					out = append(out, old[i%100])
				}
				for _, v := range out { s += v }
				last = out
			}
			return s, last
		}`)
	var end atomic.Bool
	go func() {
		for !end.Load() {
			runtime.GC()
		}
	}()
	defer end.Store(true)
	for range 20 {
		if r, err := call(x, func(int) (int, []int) { return 0, nil }, 50); err != nil || r[0] != 50*3000 {
			t.Fatal(r[0], err)
		}
	}
}

// TestKeptList overwrites more pointers than are noted at a time, without
// making anything, and one of them again and again.
func TestKeptList(t *testing.T) {
	x := compileOne(t, Options{}, `
		type node struct{ next *node; v int }
		func F(n int, a, b *node) (s int) {
			for i := 0; i < n; i++ {
				c := a.next
				a.next = b
				s += c.v
				a.next = c
			}
			return s
		}`)
	type node struct {
		next *node
		v    int
	}
	n := 3 * keepCount
	r, err := call(x, func(int, *node, *node) int { return 0 }, n, &node{next: &node{v: 2}}, &node{v: 5})
	if err != nil || r[0] != 2*n {
		t.Error(r, err)
	}
	if c := cap(x.spare.Load().keep); c > 4*keepCount {
		t.Errorf("%d pointers were noted at a time", c)
	}
}

// TestBulk refuses code whose turns may make more than there is room for.
func TestBulk(t *testing.T) {
	wholeInTests = false
	defer func() { wholeInTests = true }()
	for _, c := range []struct {
		src  string
		bulk bool
	}{
		{`func F(n int) (r [][]int) { for range n { r = append(r, make([]int, n)) }; return r }`, true},
		{`func F(n int) (r [][]int) { for range n { r = append(r, f(n)) }; return r }; func f(n int) []int { return make([]int, n) }`, true},
		{`func F(n int) (r []*[1<<20]int) { for range n { r = append(r, new([1<<20]int)) }; return r }`, true},
		{`func F(n int) (r []*[100]int) { for range n { r = append(r, new([100]int)) }; return r }`, false},
		{`func F(n int) []int { r := make([]int, n); for i := range r { r[i] = i }; return r }`, false},
		{`func F(n int) (s int) { for i := range n { x := make([]int, n); x[i]++; s += x[i/2] }; return s }`, false},
	} {
		comp := New(Options{})
		x, err := comp.Compile(build(t, map[string]string{"p.go": "package p\n" + c.src}).Func("F"))
		if (err != nil) != c.bulk {
			t.Errorf("%s: %v %v", c.src, x != nil, err)
		}
		comp.Close()
	}
}

// TestSharing refuses code that holds loaded pointers across calls behind which
// they may be others.
func TestSharing(t *testing.T) {
	for _, c := range []struct {
		src  string
		host any
		ok   bool
	}{
		{`import "sync/atomic"; func F(n *atomic.Int64, rows [][]int) int { s := rows[0]; return int(n.Load()) + s[0] }`, (*atomic.Int64).Load, false},
		{`import "sync/atomic"; func F(n *atomic.Int64, row []int) (s int) { for i := range row { s += row[i] + int(n.Load())*row[0] + i*i - i*3 + i%7 + s/3 + s%5 }; return s }`, (*atomic.Int64).Load, true},
		{`import "slices"; func F(rows [][]int) (s int) { r := rows[0]; slices.Reverse(rows); return r[0] }`, slices.Reverse[[][]int], false},
	} {
		comp := New(Options{Host: func(string) any { return c.host }})
		_, err := comp.Compile(build(t, map[string]string{"p.go": "package p\n" + c.src}).Func("F"))
		if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "behind which pointers") {
			t.Errorf("%s: %v", c.src, err)
		}
		comp.Close()
	}
}

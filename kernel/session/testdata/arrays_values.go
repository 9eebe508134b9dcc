// Arrays are values: assigned, passed, compared, returned and captured as
// copies; arrays of arrays, of structs, as map keys and behind pointers.
package main

import "fmt"

type mat [2][3]int
type board [3][3]rune

func change(m mat) mat { m[0][0] = -1; return m }
func inPlace(m *mat)   { m[0][0] = -2; (*m)[1][2] = -3 }

func (b board) place(i, j int, r rune) board { b[i][j] = r; return b }
func (b *board) String() string {
	s := ""
	for _, row := range b {
		for _, r := range row {
			if r == 0 {
				r = '.'
			}
			s += string(r)
		}
		s += "/"
	}
	return s
}

type cell struct {
	pos  [2]int
	hist [2][2]float64
}

func three() [3]int { return [3]int{7, 8, 9} }

func main() {
	m := mat{{1, 2, 3}, {4, 5, 6}}
	n := change(m)
	fmt.Println(m, n, m == n)
	inPlace(&m)
	fmt.Println(m, m != n)
	row := m[1]
	row[0] = 100
	pr := &m[1]
	pr[1] = 200
	fmt.Println(m, row, *pr)
	b := board{}
	c := b.place(1, 1, 'x').place(0, 2, 'o')
	fmt.Println(&b, &c, c[1], len(c), len(c[0]))
	x := cell{pos: [2]int{1, 2}}
	y := x
	y.pos[0] = 9
	y.hist[1] = [2]float64{.5, 1}
	fmt.Println(x, y, x == y, x == cell{pos: [2]int{1, 2}})
	keys := map[[2]int]string{{1, 2}: "a", {2, 1}: "b"}
	keys[x.pos] += "!"
	fmt.Println(keys[[2]int{1, 2}], keys[[...]int{2, 1}], len(keys))
	arr := [...]string{2: "c", 0: "a", 4: "e"}
	fmt.Printf("%q %d %v\n", arr, len(arr), three()[1])
	arrays := [][2]int{{1, 2}, {3, 4}}
	for _, a := range arrays {
		a[0] = 0
	}
	arrays[0][1]++
	for i := range arrays {
		arrays[i][0] *= 2
	}
	fmt.Println(arrays)
	var iface any = [2]int{1, 2}
	cp := iface.([2]int)
	cp[0] = 5
	fmt.Println(iface, cp, iface == any([2]int{1, 2}))
	f := func() { x.pos[1]++ }
	f()
	f()
	fmt.Println(x.pos)
	ps := [3]*int{}
	for i := range ps {
		ps[i] = &row[i]
	}
	*ps[2] = -9
	fmt.Println(row, [0]int{} == [0]int{}, [2]any{1, "a"} == [2]any{1, "a"})
	ch := make(chan [2]int, 1)
	v := [2]int{1, 1}
	ch <- v
	v[0] = 3
	fmt.Println(<-ch, v)
	m2 := map[string][2]int{"k": {1, 2}}
	t := m2["k"]
	t[0] = 7
	fmt.Println(m2, t, m2["none"])
}

// The order in which calls, receives, operands, indices and assignments happen,
// as the specification fixes it and the compiler does it.
package main

import "fmt"

var log []string

func n(name string, v int) int { log = append(log, name); return v }

func done(label string) {
	fmt.Println(label, log)
	log = nil
}

func get() []int          { log = append(log, "get"); return arr }
func m() map[string]int   { log = append(log, "m"); return table }
func key(s string) string { log = append(log, "key "+s); return s }

var arr = []int{10, 20, 30}
var table = map[string]int{}

type T struct{ v int }

func (t *T) add(d int) *T { log = append(log, fmt.Sprint("add ", d)); t.v += d; return t }

func two() (int, int) { log = append(log, "two"); return 1, 2 }

func main() {
	_ = n("a", 1) + n("b", 2)*n("c", 3)
	done("operands")
	get()[n("i", 1)] = n("v", 5)
	done("index assignment")
	get()[n("i", 0)], m()[key("k")] = n("v", 1), n("w", 2)
	done("two targets")
	fmt.Println(arr, table)
	t := &T{}
	t.add(n("x", 1)).add(n("y", 2)).add(n("z", t.v))
	done("chain")
	_ = n("p", 0) == 1 && n("q", 1) == 1 || n("r", 1) == 1
	done("short circuit")
	_ = []int{n("e0", 0), n("e1", 1), 5: n("e5", 5)}
	_ = map[string]int{key("a"): n("va", 1), key("b"): n("vb", 2)}
	_ = struct{ A, B int }{B: n("B", 1), A: n("A", 2)}
	done("literals")
	i := 0
	i, arr[i] = 1, 99
	fmt.Println(i, arr)
	arr[0], arr[1], arr[2] = arr[2], arr[0], arr[1]
	fmt.Println(arr)
	ch := make(chan int, 2)
	ch <- n("send", 7)
	get()[<-ch-6] += n("plus", 1)
	done("op assignment")
	switch n("tag", 2) {
	case n("c1", 1), n("c2", 2), n("c3", 3):
	}
	done("switch")
	a, b := two()
	a, b = b, a
	func(x ...int) { done(fmt.Sprint("variadic ", x)) }(n("1", a), n("2", b))
	defer func(int) { done("defer") }(n("at defer", 0))
	for j := n("init", 0); j < n("cond", 2); j += n("post", 1) {
		n("body", 0)
	}
	done("for")
	p := &T{n("lit", 1)}
	p, p.v = nil, n("rhs", 3)
	done("pointer target")
	n("before return", 0)
}

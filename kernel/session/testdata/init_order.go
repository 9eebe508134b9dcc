// Package variables are initialized by their dependencies, through functions
// and methods too, then init functions in order, then main.
package main

import "fmt"

var (
	a = c + b
	b = f()
	c = say("c", 1)
	d = say("d", 3)
)

func f() int {
	d++
	return say("f", d)
}

func say(name string, v int) int {
	order = append(order, name)
	return v
}

var order []string

var x, y = pair()

func pair() (int, string) { return say("pair", z*2), "y" }

var z = say("z", 21)

type config struct{ gain float64 }

func (c *config) scale() float64 { say("scale", 0); return c.gain * factor }

var scaled = (&config{2}).scale()

var factor = func() float64 { say("factor", 0); return 1.5 }()

var lookup = build("one", "two")

func build(keys ...string) map[string]int {
	m := map[string]int{}
	for i, k := range keys {
		m[k] = i + offset
	}
	return m
}

var offset = say("offset", 100)

var _ = say("blank", 0)

var self func(int) int

var ptr = &target
var target = say("target", 5)

func init() {
	say("init 1", 0)
	self = func(n int) int {
		if n <= 0 {
			return 0
		}
		return n + self(n-1)
	}
}

func init() {
	say("init 2", 0)
	*ptr += 10
}

func main() {
	fmt.Println(a, b, c, d)
	fmt.Println(x, y, z, scaled, lookup, target, self(4))
	fmt.Println(order)
}

// iota and implicit repetition: skipped values, expressions, several per line,
// types, shifts, and constants local to functions.
package main

import (
	"fmt"
	"math"
)

type Band uint8

const (
	Delta Band = iota + 1
	Theta
	_
	Beta
	Gamma = Beta * 10
	High
	Count = iota
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
	GB
)

const (
	a, b = iota, -iota
	c, d
	_, _
	e, f
)

const (
	Read = 1 << iota
	Write
	Exec
	All = Read | Write | Exec
)

const (
	x0 = "s"
	x1
	x2 = len(x1) + iota
	x3
)

func (b Band) String() string {
	switch b {
	case Delta, Theta:
		return [...]string{Delta: "delta", Theta: "theta"}[b]
	}
	return fmt.Sprintf("Band(%d)", uint8(b))
}

type Weekday int

const (
	Sun Weekday = iota
	Mon
	Tue
)

var names = map[Weekday]string{Sun: "sun", Tue: "tue"}
var grid = [...]float64{Mon: 1.5, 5: 2, 3}

func main() {
	fmt.Println(Delta, Theta, Beta, Gamma, High, Count)
	fmt.Println(KB, MB, GB, a, b, c, d, e, f)
	fmt.Println(Read, Write, Exec, All, All&^Write)
	fmt.Println(x0, x1, x2, x3)
	fmt.Printf("%T %T %T %T %d\n", Gamma, High, Count, Exec, Theta)
	const (
		p = iota * math.Pi
		q
		r float32 = iota
	)
	fmt.Println(p, q, r)
	fmt.Println(names, len(grid), grid)
	const huge = 1 << 100
	fmt.Println(huge>>98, float64(huge), huge/(huge-1))
	const third = 1.0 / 3
	fmt.Println(third*3 == 1, 7/2*2.0, 7/2.0*2, 'a'+1, string(rune('a'+2)))
	const big = math.MaxUint64
	fmt.Println(uint64(big), big/2 > math.MaxInt64, -5%3, -5>>1, ^0, 5&^1)
	const s = "const" + "ant"
	const n = len(s)
	var arr [n]byte
	fmt.Println(n, len(arr), s[1:3], s[n-1], cap(arr[:2]))
	{
		const iota = 5
		fmt.Println(iota)
	}
	fmt.Println(math.MinInt64, math.MaxInt8, uint32(math.MaxUint32), real(2+3i), imag(2i*2i+1i))
}

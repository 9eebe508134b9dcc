// math/bits, math/big, big numbers in interpreted code: factorials, modular
// powers, rational sums, and the bit tricks that they are checked by.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
)

func factorial(n int64) *big.Int {
	r := big.NewInt(1)
	for i := int64(2); i <= n; i++ {
		r.Mul(r, big.NewInt(i))
	}
	return r
}

func powmod(b, e, m uint64) uint64 {
	r := uint64(1)
	for b %= m; e > 0; e >>= 1 {
		if e&1 == 1 {
			hi, lo := bits.Mul64(r, b)
			_, r = bits.Div64(hi, lo, m)
		}
		hi, lo := bits.Mul64(b, b)
		_, b = bits.Div64(hi, lo, m)
	}
	return r
}

func harmonic(n int64) *big.Rat {
	s := new(big.Rat)
	for i := int64(1); i <= n; i++ {
		s.Add(s, big.NewRat(1, i))
	}
	return s
}

func gray(n uint) uint { return n ^ n>>1 }

func sqrt2(prec uint) *big.Float {
	x := new(big.Float).SetPrec(prec).SetInt64(1)
	two, half := big.NewFloat(2), big.NewFloat(0.5)
	for range 8 {
		q := new(big.Float).SetPrec(prec).Quo(two, x)
		x = x.Add(x, q).Mul(x, half)
	}
	return x
}

func main() {
	fmt.Println(factorial(30), factorial(50).BitLen())
	fmt.Println(powmod(3, 1000003, 1<<61-1), new(big.Int).Exp(big.NewInt(3), big.NewInt(1000003), big.NewInt(1<<61-1)))
	fmt.Println(harmonic(15), harmonic(4).FloatString(5))
	fmt.Println(sqrt2(120).Text('f', 30))
	fmt.Println(bits.OnesCount64(math.MaxUint64>>3), bits.LeadingZeros32(1), bits.TrailingZeros(80), bits.Len8(9), bits.Reverse8(0b110), bits.RotateLeft16(0x1234, 4))
	sum, carry := bits.Add64(math.MaxUint64, 2, 0)
	diff, borrow := bits.Sub64(1, 2, 0)
	fmt.Println(sum, carry, diff, borrow, bits.ReverseBytes32(0x01020304), bits.UintSize)
	for i := range uint(8) {
		fmt.Printf("%03b ", gray(i))
	}
	fmt.Println()
	a, ok := new(big.Int).SetString("123456789012345678901234567890", 10)
	b := big.NewInt(987654321)
	q, r := new(big.Int).DivMod(a, b, new(big.Int))
	fmt.Println(ok, q, r, a.Cmp(b), new(big.Int).GCD(nil, nil, big.NewInt(84), big.NewInt(36)), b.ProbablyPrime(10))
	fmt.Printf("%x %s %v %d %10d|\n", a, a, b, []*big.Int{b}, big.NewInt(-5))
	nums := map[string]*big.Int{"x": big.NewInt(7)}
	nums["x"].Lsh(nums["x"], 70).Neg(nums["x"])
	fmt.Println(nums["x"], nums["x"].Sign(), new(big.Int).Not(big.NewInt(5)))
	defer func() { fmt.Println(recover()) }()
	bits.Div64(5, 0, 3)
}

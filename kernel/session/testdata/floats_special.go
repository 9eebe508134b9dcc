// NaN, infinities, signed zeros and denormals: arithmetic, comparison, math
// functions, formatting, float32 rounding.
package main

import (
	"fmt"
	"math"
)

type volts float64

func main() {
	zero := 0.0
	nan, inf, neg := math.NaN(), math.Inf(1), math.Copysign(0, -1)
	fmt.Println(nan, inf, -inf, neg, zero, -zero, 1/neg)
	fmt.Println(nan == nan, nan != nan, nan < 1, nan > 1, !(nan < 1), inf == inf, neg == zero)
	fmt.Println(inf-inf, inf*0, inf+1 == inf, zero/zero, math.Sqrt(-1), math.Log(zero), math.Log(-1))
	fmt.Println(math.IsNaN(nan), math.IsInf(-inf, -1), math.Signbit(neg), math.Signbit(nan*0), math.Max(nan, 1), math.Min(neg, zero))
	fmt.Printf("%v %5.1f|%-8.2f|%+.3e|%g|%G|%08.3f|%x|%6v|%t\n", nan, inf, -inf, 12345.678, 1e21, 1e-7, -3.14159, 1.5, neg, nan == nan)
	fmt.Println(1e20, 1e21, 123456789.0, 1e-4, 1e-5, 100000.0, 0.1+0.2, float32(0.1), 1.0, 2.5e10, 3e100)
	fmt.Println(float32(16777216)+1 == 16777216, float32(1)/3, 1.0/3, float64(float32(1)/3))
	var f32 float32 = 1e38
	fmt.Println(f32*10, -f32*10, f32*10-f32*10, math.MaxFloat32, math.SmallestNonzeroFloat32)
	tiny := math.SmallestNonzeroFloat64
	fmt.Println(tiny, tiny/2, tiny/2 == 0, tiny*0.75, math.Nextafter(1, 2), 1+1e-16 == 1)
	fmt.Println(math.Floor(-2.5), math.Round(2.5), math.RoundToEven(2.5), math.Trunc(-2.7), math.Ceil(-0.5), math.Mod(-7, 3), math.Remainder(-7, 3))
	x := 0.0
	fmt.Println(int(x+2.9999), int(x-2.9999), int64(1e15), float64(1<<53)+1, uint8(x+200.9))
	for range 10 {
		x += 0.1
	}
	fmt.Println(x, x == 1, math.Abs(x-1) < 1e-15, math.Hypot(3, 4), math.Pow(2, 0.5), math.Cbrt(27))
	m := map[float64]string{nan: "a", inf: "i"}
	m[nan] = "b"
	m[neg] = "zero"
	m[zero] += "!"
	fmt.Println(len(m), m[nan] == "", m[inf], m[0])
	v := volts(-0.065)
	fmt.Println(v, v*1000, -v, math.Float64bits(1.5), math.Float32bits(-2), math.Float64frombits(0x7ff0000000000000))
	switch {
	case nan > 0, nan < 0, nan == 0:
		fmt.Println("never")
	default:
		fmt.Println("unordered")
	}
	arr := [2]float64{nan, 1}
	fmt.Println(arr == arr, [1]float64{zero} == [1]float64{neg})
}

package vec

import (
	"encoding/binary"
	"math"
)

// Functions of this file go down the rows of a matrix, [row][column]: every column
// is a series of its own, and its sums run from the first row on, so that bits do
// not depend on how many columns stand together.

func rowLengths(rows [][]float64, n int) {
	for _, r := range rows {
		equalLengths(len(r), n)
	}
}

// ProductsBlock adds q[4t+j]*rows[t][i], fused, over all t to dst[j*m+i], where m is
// the length of a row: the products of each column with four others.
func ProductsBlock(dst, q []float64, rows [][]float64) {
	m := len(dst) / 4
	equalLengths(len(dst), 4*m)
	equalLengths(len(q), 4*len(rows))
	rowLengths(rows, m)
	i := 0
	if useAVX2 {
		i = productsAVX2(dst, q, rows)
	}
	for ; i < m; i++ {
		for j := range 4 {
			sum := dst[j*m+i]
			for t, r := range rows {
				sum = math.FMA(q[4*t+j], r[i], sum)
			}
			dst[j*m+i] = sum
		}
	}
}

// ResidualsBlock takes q[4t+j]*b[j*m+i], fused, for j from 0 to 3 off rows[t][i],
// where m is the length of a row.
func ResidualsBlock(rows [][]float64, q, b []float64) {
	m := len(b) / 4
	equalLengths(len(b), 4*m)
	equalLengths(len(q), 4*len(rows))
	rowLengths(rows, m)
	i := 0
	if useAVX2 {
		i = residualsAVX2(rows, q, b)
	}
	for ; i < m; i++ {
		for t, r := range rows {
			for j := range 4 {
				r[i] = math.FMA(-q[4*t+j], b[j*m+i], r[i])
			}
		}
	}
}

// LagsBlock adds the squares of each column to square, and the products of its
// neighbours, rows[t][i]*rows[t-1][i], to next.
func LagsBlock(square, next []float64, rows [][]float64) {
	equalLengths(len(square), len(next))
	rowLengths(rows, len(square))
	i := 0
	if useAVX2 {
		i = lagsAVX2(square, next, rows)
	}
	for ; i < len(square); i++ {
		before := 0.0
		for _, r := range rows {
			square[i] = math.FMA(r[i], r[i], square[i])
			next[i] = math.FMA(r[i], before, next[i])
			before = r[i]
		}
	}
}

// FIRBlock sets dst to a symmetric filter of the 2r+1 rows, r = len(w)-1: w[0] times
// the middle row plus, from k = r on downwards, w[k] times the sum of the rows k
// above and k below it.
func FIRBlock(dst, w []float64, rows [][]float64) {
	r := len(w) - 1
	equalLengths(len(rows), 2*r+1)
	rowLengths(rows, len(dst))
	i := 0
	if useAVX2 {
		i = firAVX2(dst, w, rows)
	}
	for ; i < len(dst); i++ {
		sum := rows[r][i] * w[0]
		for k := r; k >= 1; k-- {
			sum = math.FMA(rows[r-k][i]+rows[r+k][i], w[k], sum)
		}
		dst[i] = sum
	}
}

// Int16Block sets dst to as many little-endian integers of x times a plus b. With a
// of 1 and b of -0 they are these integers.
func Int16Block(dst []float64, x []byte, a, b float64) {
	enough(x, 2*len(dst))
	i := 0
	if useAVX2 {
		i = int16AVX2(dst, x, a, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = float64(float64(int16(binary.LittleEndian.Uint16(x[2*i:])))*a) + b
	}
}

// Uint16Block is [Int16Block] for integers without sign.
func Uint16Block(dst []float64, x []byte, a, b float64) {
	enough(x, 2*len(dst))
	i := 0
	if useAVX2 {
		i = uint16AVX2(dst, x, a, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = float64(float64(binary.LittleEndian.Uint16(x[2*i:]))*a) + b
	}
}

// Uint8Block is [Int16Block] for bytes.
func Uint8Block(dst []float64, x []byte, a, b float64) {
	enough(x, len(dst))
	i := 0
	if useAVX2 {
		i = uint8AVX2(dst, x, a, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = float64(float64(x[i])*a) + b
	}
}

// Float32Block is [Int16Block] for floating-point numbers of 32 bits.
func Float32Block(dst []float64, x []byte, a, b float64) {
	enough(x, 4*len(dst))
	i := 0
	if useAVX2 {
		i = float32AVX2(dst, x, a, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = float64(float64(math.Float32frombits(binary.LittleEndian.Uint32(x[4*i:])))*a) + b
	}
}

// PutFloat32Block sets dst to x as little-endian floating-point numbers of 32 bits.
func PutFloat32Block(dst []byte, x []float64) {
	enough(dst, 4*len(x))
	i := 0
	if useAVX2 {
		i = putFloat32AVX2(dst, x)
	}
	for ; i < len(x); i++ {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(float32(x[i])))
	}
}

func enough(x []byte, n int) {
	if len(x) < n {
		panic("vec: fewer stored numbers than the others")
	}
}

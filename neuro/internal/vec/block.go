package vec

//go:generate go -C asm run .

// Functions whose names end in Block work on whole slices: dst[i] becomes the
// function of the arguments' elements i, bit for bit what the function of single
// numbers gives. They are made for blocks of 256 to 1024 numbers, which stay in
// the fastest cache while a program of many such operations passes over them.
//
//	vec.LinearBlock(x, v, -0.1, -4)   // x = -(v+40)/10
//	vec.LinoidBlock(x, x)             // x/(exp(x)-1), 1 at 0
//	vec.GreaterConstBlock(m, v, -20)  // m: which cells are above -20 mV
//	vec.SelectConstBlock(v, m, -65, v) // those go to -65 mV
//
// All slices of a call have the length of dst; another length panics. dst may
// be the same slice as an argument, but must not overlap it otherwise. A number
// that is the same for all elements is passed as such: the names of those
// functions say Const.
//
// Results that are not a number are not a number on every CPU, but sign and
// payload of a NaN are those of the CPU; no function here makes them visible.

// equalLengths panics when a slice is not as long as dst.
func equalLengths(dst, n int) {
	if n != dst {
		panic("vec: the slices of a block operation have different lengths")
	}
}

// Package corpus holds functions of a researcher's kind that both Go's compiler
// and the fast tier compile; the results must have the same bits.
package corpus

// A Case is a function with an argument for a test and one for a benchmark.
type Case struct {
	Name  string
	Func  any
	Test  int
	Bench int
}

// All are the functions.
var All = []Case{
	{"Fib", Fib, 20, 30},
	{"Ackermann", Ackermann, 100, 199},
	{"Collatz", Collatz, 1000, 100000},
	{"CRC", CRC, 1000, 3000000},
	{"Mandelbrot", Mandelbrot, 30, 300},
	{"Dot", Dot, 1000, 1 << 18},
	{"Sieve", Sieve, 1000, 2000000},
	{"MatMul", MatMul, 20, 200},
	{"SpectralNorm", SpectralNorm, 30, 200},
	{"NBody", NBody, 100, 50000},
	{"Fannkuch", Fannkuch, 7, 8},
	{"NQueens", NQueens, 8, 9},
	{"HodgkinHuxley", HodgkinHuxley, 1000, 100000},
	{"LIF", LIF, 1000, 1000000},
	{"Izhikevich", Izhikevich, 100, 5000},
	{"FitzHughNagumo", FitzHughNagumo, 1000, 300000},
	{"Kuramoto", Kuramoto, 20, 49},
	{"Metropolis", Metropolis, 10, 500},
	{"STDP", STDP, 200, 20000},
	{"DriftDiffusion", DriftDiffusion, 10, 300},
	{"Viterbi", Viterbi, 100, 20000},
	{"Life", Life, 20, 199},
	{"Quicksort", Quicksort, 1000, 200000},
	{"Heapsort", Heapsort, 1000, 200000},
	{"MergeSort", MergeSort, 1000, 200000},
	{"FFT", FFT, 100, 1 << 15},
	{"Convolve", Convolve, 100, 300000},
	{"KMeans", KMeans, 100, 20000},
	{"DTW", DTW, 50, 1000},
	{"Levenshtein", Levenshtein, 2, 300},
	{"GaussJordan", GaussJordan, 20, 59},
	{"Histogram", Histogram, 100, 500000},
	{"BinaryTrees", BinaryTrees, 8, 13},
	{"Closures", Closures, 50, 1000000},
	{"Generics", Generics, 20, 100000},
	{"Goto", Goto, 31, 1000000},
	{"Labels", Labels, 60, 3000},
	{"Arrays", Arrays, 30, 1000000},
	{"BigArrays", BigArrays, 30, 1000},
	{"Words", Words, 3, 49},
	{"Bytes", Bytes, 17, 39},
	{"Growth", Growth, 20, 59},
	{"Structs", Structs, 20, 99},
	{"List", List, 20, 10000},
	{"Bits", Bits, 30, 300000},
	{"MathFuncs", MathFuncs, 100, 199},
	{"Shadow", Shadow, 50, 99},
	{"Complex64", Complex64, 50, 499},
	{"Small", Small, 500, 1000000},
	{"Conversions", Conversions, 500, 1000000},
}

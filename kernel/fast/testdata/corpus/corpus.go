// Package corpus holds functions of a researcher's kind that both Go's compiler
// and the fast tier compile; the results must have the same bits.
package corpus

// All are the functions by name, each with an argument for a test and one for
// a benchmark.
var All = []Case{
	{"Fib", Fib, 20, 32},
	{"Collatz", Collatz, 1000, 100000},
	{"Dot", Dot, 1000, 1 << 20},
	{"HodgkinHuxley", HodgkinHuxley, 1000, 100000},
	{"MatMul", MatMul, 20, 200},
	{"Sieve", Sieve, 1000, 2000000},
	{"Mandelbrot", Mandelbrot, 30, 300},
}

// A Case is a function with arguments.
type Case struct {
	Name  string
	Func  any
	Test  int
	Bench int
}

// Package fast compiles functions and loops of numbers, slices, arrays and
// structs to WebAssembly, which wazero turns into machine code. The code works
// on Go's own memory where it lies: nothing is copied in or out. It gives the
// bits of compiled Go, its panics with their words and places, and ends when it
// is told to.
//
//	c := fast.New(fast.Options{Global: place})
//	code, err := c.Compile(fn)              // fn is an *ssa.Function
//	err = code.Call(args, results)          // pointers to Go values
//	loop, err := c.CompileLoop(fn, head, nil) // a loop of a function alone
//
// What a function does that is not for this tier (maps, channels, interfaces,
// deferred calls, calls of most compiled packages) is an error that says so
// with its place; package vm runs it then, and asks this package again for its
// loops.
//
// # How it is done
//
// A module has no memory of its own: its 32-bit addresses count from the start
// of a window of four gigabytes over Go's heap, which a call moves so that it
// covers the arguments (window.go). A call whose data lie further apart is
// declined before it does anything. Memory that the code makes is Go's, made by
// the host within the window (place.go, bulk.go), and kept alive while the code
// runs (keep.go, shared.go). Functions of package
// math have the bits of the host's: they are instructions, or compiled from
// source that is held against them (elementary), or calls of the host. On amd64
// the machine code calls math.Exp's operations directly (native_amd64.s).
//
// wazero's code cannot be stopped from outside, and neither can Go's collector
// go on while it runs. So a loop asks the host every few thousand turns whether
// it is to end, in a way that does not cost the loop its registers
// (counted.go, preserve.go). What does not change is loaded before a loop
// (hoist.go), and tests that cannot fail are left out (bounds.go); counted loops
// make several turns in a row (unroll.go).
//
// WebAssembly has no fused multiply-add. Go's compiler makes one of x*y + z on
// arm64, ppc64, riscv64 and s390x, and on amd64 with GOAMD64=v3: there the last
// bit of such an expression differs from compiled Go's, which rounds once.
//
// # What it is not for
//
// It is not a WebAssembly engine, nor a compiler for whole programs, and its
// code trusts that it was made from SSA that the type checker has accepted.
package fast

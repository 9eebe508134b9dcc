//go:build ignore

// A program that does nothing: what starting costs.
package main

func main() {}

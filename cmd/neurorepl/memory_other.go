//go:build !linux && !darwin

package main

// machineMemory is not known here.
func machineMemory() (total, free uint64) { return 0, 0 }

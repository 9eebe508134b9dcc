package main

import "golang.org/x/sys/unix"

// machineMemory returns the machine's memory in bytes; what of it is available
// macOS does not say in one number.
func machineMemory() (total, free uint64) {
	total, _ = unix.SysctlUint64("hw.memsize")
	return total, 0
}

package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// machineMemory returns the machine's memory and what of it is available, in
// bytes.
func machineMemory() (total, free uint64) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kb uint64
		name, value, _ := strings.Cut(s.Text(), ":")
		if _, err := fmt.Sscan(value, &kb); err != nil {
			continue
		}
		switch name {
		case "MemTotal":
			total = kb << 10
		case "MemAvailable":
			free = kb << 10
		}
	}
	return total, free
}

package provenance

import (
	"fmt"
	"os"
	"strings"
)

// Processor returns the processor time that this process has used so far, s, of
// all its threads together and to 10 ms; 0 where the system does not tell it
// (Linux does). The difference of two calls is what lies between them.
func Processor() float64 {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(data), ") ")
	f := strings.Fields(after)
	if len(f) < 13 {
		return 0
	}
	user, system := 0.0, 0.0
	fmt.Sscan(f[11], &user)
	fmt.Sscan(f[12], &system)
	return (user + system) / 100
}

// PeakMemory returns the largest resident memory of this process so far, MB (of
// 1,048,576 bytes); 0 where the system does not tell it (Linux does).
func PeakMemory() float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, ok := strings.Cut(string(data), "VmHWM:")
	if !ok {
		return 0
	}
	kb := 0.0
	fmt.Sscan(after, &kb)
	return kb / 1024
}

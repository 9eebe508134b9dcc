package session

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// memory is how much a cell may add to the heap.
func (o Options) memory() int64 {
	if o.MaxMemory != 0 {
		return max(0, o.MaxMemory)
	}
	return machineMemory() / 10 * 9
}

// machineMemory is how much memory the process can have; 0 when the system
// does not say.
var machineMemory = sync.OnceValue(func() int64 {
	total := int64(0)
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "MemTotal:" {
			if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				total = kb << 10
			}
		}
	}
	for _, name := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 && (total == 0 || n < total) {
			total = n
		}
	}
	return total
})

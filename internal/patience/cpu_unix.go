//go:build unix

package patience

import (
	"syscall"
	"time"
)

// cpu is the processors' time that this process used.
func cpu() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		panic("patience: the system does not tell the time of its processors")
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

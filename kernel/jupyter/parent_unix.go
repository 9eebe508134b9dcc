//go:build unix

package jupyter

import (
	"os"
	"strconv"
	"time"
)

// watchParent calls gone when the Jupyter server that started this kernel has
// died, so that no kernel is left behind. Jupyter says by JPY_PARENT_PID that
// it wants this; a kernel started by hand lives on its own.
func watchParent(gone func(), stop <-chan struct{}) {
	parent, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || parent != os.Getppid() {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			if os.Getppid() != parent {
				gone()
				return
			}
		}
	}
}

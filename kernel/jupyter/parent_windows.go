package jupyter

import (
	"os"
	"strconv"
	"syscall"
)

// watchParent calls gone when the Jupyter server that started this kernel has
// died, so that no kernel is left behind. On Windows JPY_PARENT_PID is a handle
// of that process, which the kernel inherits.
func watchParent(gone func(), stop <-chan struct{}) {
	handle, err := strconv.ParseUint(os.Getenv("JPY_PARENT_PID"), 10, 64)
	if err != nil || handle == 0 {
		return
	}
	for {
		event, err := syscall.WaitForSingleObject(syscall.Handle(handle), 1000)
		if err != nil {
			return
		}
		if event == syscall.WAIT_OBJECT_0 {
			gone()
			return
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

package network

import "golang.org/x/sys/unix"

// adviseLarge is a hint: that it fails is no matter.
func adviseLarge(b []byte) { unix.Madvise(b, unix.MADV_HUGEPAGE) }

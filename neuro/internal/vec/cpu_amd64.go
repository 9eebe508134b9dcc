package vec

import "golang.org/x/sys/cpu"

// useAVX2 tells whether blocks are done by assembly.
var useAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// AVX2 reports whether blocks are done by assembly, for other packages that have
// some of their own.
func AVX2() bool { return useAVX2 }

package vec

import "golang.org/x/sys/cpu"

// useAVX2 tells whether blocks are done by assembly.
var useAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// useAVX512 tells whether they are done eight numbers at a time.
var useAVX512 = useAVX2 && cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasBMI2

// AVX512 reports whether blocks are done eight numbers at a time.
func AVX512() bool { return useAVX512 }

// AVX2 reports whether blocks are done by assembly, for other packages that have
// some of their own.
func AVX2() bool { return useAVX2 }

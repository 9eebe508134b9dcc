package vec

var haveAVX2, haveAVX512 = useAVX2, useAVX512

// UseScalar switches assembly off, or on again where there is any.
func UseScalar(on bool) { useAVX2, useAVX512 = haveAVX2 && !on, haveAVX512 && !on }

// UseAVX512 switches it off, or on again, and reports whether it is on.
func UseAVX512(on bool) bool {
	useAVX512 = haveAVX512 && on
	return useAVX512
}

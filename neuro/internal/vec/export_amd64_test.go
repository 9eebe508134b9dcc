package vec

var haveAVX2 = useAVX2

// UseScalar switches assembly off, or on again where there is any.
func UseScalar(on bool) { useAVX2 = haveAVX2 && !on }

package slices

// Insert puts v before element i. In a slice that has the room it moves the
// rest within the same array; v may be a part of s.
func Insert[S ~[]E, E any](s S, i int, v ...E) S {
	rest := s[i:]
	if len(v) == 0 {
		return s
	}
	if len(rest) == 0 {
		return append(s, v...)
	}
	return splice(s, i, i, v)
}

// Delete removes s[i:j] and clears what becomes free at the end.
func Delete[S ~[]E, E any](s S, i, j int) S {
	_ = s[i:j:len(s)] // fails with the bounds that the caller gave
	if i == j {
		return s
	}
	kept := i + copy(s[i:], s[j:])
	clear(s[kept:])
	return s[:kept]
}

// DeleteFunc removes the elements for which del is true and clears what
// becomes free at the end.
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S {
	kept := 0
	for i := range s {
		v := s[i]
		if del(v) {
			continue
		}
		if kept != i {
			s[kept] = v
		}
		kept++
	}
	clear(s[kept:])
	return s[:kept]
}

// Replace puts v in the place of s[i:j] and clears what becomes free at the
// end; v may be a part of s.
func Replace[S ~[]E, E any](s S, i, j int, v ...E) S {
	_ = s[i:j] // fails with the bounds that the caller gave
	rest := s[j:]
	if i == j {
		return Insert(s, i, v...)
	}
	if len(rest) == 0 {
		out := append(s[:i], v...)
		if len(out) < len(s) {
			clear(s[len(out):])
		}
		return out
	}
	if end := i + len(v); end <= j {
		copy(s[i:], v)
		kept := end + copy(s[end:], rest)
		clear(s[kept:])
		return s[:kept]
	}
	return splice(s, i, j, v)
}

// splice puts v in the place of s[i:j], which is shorter than v.
func splice[S ~[]E, E any](s S, i, j int, v []E) S {
	total, end := len(s)-(j-i)+len(v), i+len(v)
	if total > cap(s) {
		// As append grows a slice, so that the capacity is the usual one.
		out := append(s[:i], make(S, total-i)...)
		copy(out[i:], v)
		copy(out[end:], s[j:])
		return out
	}
	// Moving the rest may change v where it is a part of s.
	v = append([]E(nil), v...)
	out := s[:total]
	copy(out[end:], s[j:])
	copy(out[i:], v)
	return out
}

// Compact keeps one of equal elements that follow one another and clears what
// becomes free at the end.
func Compact[S ~[]E, E comparable](s S) S {
	if len(s) < 2 {
		return s
	}
	kept := 1
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] {
			continue
		}
		if kept != i {
			s[kept] = s[i]
		}
		kept++
	}
	clear(s[kept:])
	return s[:kept]
}

// CompactFunc is Compact with a comparison of the elements.
func CompactFunc[S ~[]E, E any](s S, eq func(E, E) bool) S {
	if len(s) < 2 {
		return s
	}
	kept := 1
	for i := 1; i < len(s); i++ {
		if eq(s[i], s[i-1]) {
			continue
		}
		if kept != i {
			s[kept] = s[i]
		}
		kept++
	}
	clear(s[kept:])
	return s[:kept]
}

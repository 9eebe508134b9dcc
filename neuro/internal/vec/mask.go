package vec

import "math/bits"

// A Mask holds one bit for each element of a block: element i is set if bit i&63
// of word i>>6 is. Bits past the block's end are zero.
type Mask []uint64

// NewMask returns a mask for n elements, none of them set.
func NewMask(n int) Mask { return make(Mask, (n+63)/64) }

// Get reports whether element i is set.
func (m Mask) Get(i int) bool { return m[i>>6]>>(i&63)&1 != 0 }

// Set sets element i.
func (m Mask) Set(i int) { m[i>>6] |= 1 << (i & 63) }

// Fill sets the first n elements and no other.
func (m Mask) Fill(n int) {
	for i := range m {
		switch left := n - 64*i; {
		case left >= 64:
			m[i] = ^uint64(0)
		case left > 0:
			m[i] = 1<<left - 1
		default:
			m[i] = 0
		}
	}
}

// And sets m to the elements that are set in a and in b.
func (m Mask) And(a, b Mask) {
	for i := range m {
		m[i] = a[i] & b[i]
	}
}

// Or sets m to the elements that are set in a, in b or in both.
func (m Mask) Or(a, b Mask) {
	for i := range m {
		m[i] = a[i] | b[i]
	}
}

// Xor sets m to the elements that are set in one of a and b only.
func (m Mask) Xor(a, b Mask) {
	for i := range m {
		m[i] = a[i] ^ b[i]
	}
}

// AndNot sets m to the elements that are set in a and not in b.
func (m Mask) AndNot(a, b Mask) {
	for i := range m {
		m[i] = a[i] &^ b[i]
	}
}

// Not sets m to those of the first n elements that are not set in a.
func (m Mask) Not(a Mask, n int) {
	for i := range m {
		m[i] = ^a[i]
	}
	if k := n & 63; k != 0 {
		m[n>>6] &= 1<<k - 1
	}
}

// Any reports whether an element is set.
func (m Mask) Any() bool {
	for _, w := range m {
		if w != 0 {
			return true
		}
	}
	return false
}

// Count returns how many elements are set.
func (m Mask) Count() int {
	n := 0
	for _, w := range m {
		n += bits.OnesCount64(w)
	}
	return n
}

// Append appends first plus the number of each set element to list, ascending:
// the cells of a block that fire.
func (m Mask) Append(list []int32, first int32) []int32 {
	for i, w := range m {
		for ; w != 0; w &= w - 1 {
			list = append(list, first+int32(64*i+bits.TrailingZeros64(w)))
		}
	}
	return list
}

// Packing and unpacking by hand: hashes, base64, varints, bit sets, CRC, UTF-8
// and run lengths, each against the standard library where it has it.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
	"unicode/utf8"
)

type bitset []uint64

func (b *bitset) set(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}
func (b bitset) has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 == 1 }
func (b bitset) all(yield func(int) bool) {
	for w, x := range b {
		for ; x != 0; x &= x - 1 {
			n := 0
			for y := x & -x; y > 1; y >>= 1 {
				n++
			}
			if !yield(w*64 + n) {
				return
			}
		}
	}
}

func crc(p []byte) uint32 {
	c := ^uint32(0)
	for _, b := range p {
		c ^= uint32(b)
		for range 8 {
			c = c>>1 ^ 0xEDB88320&-(c&1)
		}
	}
	return ^c
}

func fnv1a(p []byte) (h uint64) {
	h = 14695981039346656037
	for _, b := range p {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return
}

func encode64(p []byte) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	for len(p) > 0 {
		var v uint32
		for i := range 3 {
			v <<= 8
			if i < len(p) {
				v |= uint32(p[i])
			}
		}
		for i := range 4 {
			if i <= len(p) {
				out = append(out, digits[v>>(18-6*i)&63])
			} else {
				out = append(out, '=')
			}
		}
		p = p[min(3, len(p)):]
	}
	return string(out)
}

func putUvarint(p []byte, x uint64) []byte {
	for x >= 0x80 {
		p = append(p, byte(x)|0x80)
		x >>= 7
	}
	return append(p, byte(x))
}

func encodeRune(r rune) []byte {
	switch {
	case r < 0x80:
		return []byte{byte(r)}
	case r < 0x800:
		return []byte{0xC0 | byte(r>>6), 0x80 | byte(r)&0x3F}
	case r < 0x10000:
		return []byte{0xE0 | byte(r>>12), 0x80 | byte(r>>6)&0x3F, 0x80 | byte(r)&0x3F}
	}
	return []byte{0xF0 | byte(r>>18), 0x80 | byte(r>>12)&0x3F, 0x80 | byte(r>>6)&0x3F, 0x80 | byte(r)&0x3F}
}

func runs(p []byte) (out []byte) {
	for i := 0; i < len(p); {
		j := i
		for j < len(p) && p[j] == p[i] && j-i < 255 {
			j++
		}
		out = append(out, byte(j-i), p[i])
		i = j
	}
	return
}

func half(f float32) uint16 {
	b := math.Float32bits(f)
	return uint16(b>>16&0x8000 | (b>>23&0xff-112)<<10&0x7c00 | b>>13&0x3ff)
}

func main() {
	text := []byte("membrane potential µV 🧠")
	h := fnv.New64a()
	h.Write(text)
	fmt.Println(crc(text) == crc32.ChecksumIEEE(text), fnv1a(text) == h.Sum64(), crc(nil))
	for n := range 5 {
		if encode64(text[:n]) != base64.StdEncoding.EncodeToString(text[:n]) {
			fmt.Println("differs at", n)
		}
	}
	fmt.Println(encode64(text))
	var b bitset
	for i := range 12 {
		b.set(i * i * 3)
	}
	fmt.Println(b.has(27), b.has(28), b.has(9999), len(b))
	for i := range b.all {
		if i > 200 {
			break
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	for _, x := range []uint64{0, 127, 128, 300, 1 << 63} {
		p := putUvarint(nil, x)
		y, n := binary.Uvarint(p)
		fmt.Print(y == x, n == len(p), bytes.Equal(p, binary.AppendUvarint(nil, x)), " ")
	}
	fmt.Println()
	for _, r := range "aµ漢🧠" {
		fmt.Print(bytes.Equal(encodeRune(r), utf8.AppendRune(nil, r)), " ")
	}
	fmt.Println()
	fmt.Println(runs([]byte("aaabccccccd")), len(runs(make([]byte, 1000))))
	fmt.Printf("%04x %04x %04x\n", half(1), half(-2.5), half(0.333251953125))
	var le [8]byte
	binary.LittleEndian.PutUint64(le[:], math.Float64bits(-1.5))
	fmt.Println(le, math.Float64frombits(binary.LittleEndian.Uint64(le[:])))
}

package figure

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"image"
	"sync"

	"github.com/klauspost/compress/flate"
)

// encodePNG writes an opaque page as PNG and says in it how many dots a metre
// has. The standard library's encoder tries five filters on each row and took
// more than half of the time of a large figure; here a row that repeats the one
// above costs a comparison, and for others the two filters are weighed that
// serve drawings: difference to the pixel above, or to the one on the left. A page
// of few colours has a palette, see colorTable.
func encodePNG(im *image.RGBA, perMetre uint32) []byte {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(nil, uint32(w))
	head = binary.BigEndian.AppendUint32(head, uint32(h))
	dots := binary.BigEndian.AppendUint32(nil, perMetre)
	dots = append(binary.BigEndian.AppendUint32(dots, perMetre), 1)
	t := newColorTable()
	var colors []uint32
	few := t.count(im, w, h)
	if few {
		colors, few = t.palette(w * h)
	}
	if few {
		chunk(&out, "IHDR", append(head, 8, 3, 0, 0, 0)) // 8 bits, palette
		chunk(&out, "pHYs", dots)
		var table []byte
		for _, c := range colors {
			table = append(table, byte(c>>16), byte(c>>8), byte(c))
		}
		chunk(&out, "PLTE", table)
		chunk(&out, "IDAT", deflated(h, func(from, to int) []byte { return t.indexed(im, w, from, to) }))
	} else {
		chunk(&out, "IHDR", append(head, 8, 2, 0, 0, 0)) // 8 bits, RGB
		chunk(&out, "pHYs", dots)
		chunk(&out, "IDAT", deflated(h, func(from, to int) []byte { return filtered(im, w, from, to) }))
	}
	chunk(&out, "IEND", nil)
	return out.Bytes()
}

func chunk(out *bytes.Buffer, kind string, data []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(data)))
	out.Write(n[:])
	out.WriteString(kind)
	out.Write(data)
	sum := crc32.NewIEEE()
	sum.Write([]byte(kind))
	sum.Write(data)
	binary.BigEndian.PutUint32(n[:], sum.Sum32())
	out.Write(n[:])
}

// strip is how many rows are compressed by themselves. Strips are compressed at
// the same time; their number does not depend on that of processors, so that
// the bytes do not either.
const strip = 256

// deflated returns h rows as a zlib stream.
func deflated(h int, part func(from, to int) []byte) []byte {
	n := (h + strip - 1) / strip
	streams, sums, sizes := make([]bytes.Buffer, n), make([]uint32, n), make([]int, n)
	var work sync.WaitGroup
	for i := range n {
		work.Go(func() {
			rows := part(i*strip, min(h, (i+1)*strip))
			sums[i], sizes[i] = adler32.Checksum(rows), len(rows)
			z, err := flate.NewWriter(&streams[i], 5) // the hardest before it takes twice the time
			if err == nil {
				_, err = z.Write(rows)
			}
			if i < n-1 && err == nil {
				err = z.Flush() // ends on a whole byte, and more may follow
			} else if err == nil {
				err = z.Close()
			}
			if err != nil {
				panic(err) // the level exists, and writing to memory does not fail
			}
		})
	}
	work.Wait()
	out := []byte("\x78\x01")
	sum := uint32(1) // of nothing
	for i := range n {
		out = append(out, streams[i].Bytes()...)
		sum = joinedSum(sum, sums[i], sizes[i])
	}
	return binary.BigEndian.AppendUint32(out, sum)
}

// joinedSum returns the Adler-32 sum of data with sum a followed by n bytes
// with sum b. The low half is 1 and the sum of the bytes; the high half, that of
// all low halves, has the low half of a once more for each byte that follows.
func joinedSum(a, b uint32, n int) uint32 {
	const mod = 65521
	before := (a&0xffff + mod - 1) % mod
	low := (before + b&0xffff) % mod
	high := (uint64(a>>16) + uint64(b>>16) + uint64(before)*uint64(n%mod)) % mod
	return uint32(high)<<16 | low
}

// filtered returns rows from to to of the picture as PNG's filters 1 (left) and
// 2 (above) leave them, each behind the number of its filter.
func filtered(im *image.RGBA, w, from, to int) []byte {
	size := 3 * w
	out := make([]byte, (to-from)*(1+size))
	now, above := make([]byte, size), make([]byte, size)
	if from > 0 {
		packed(above, im.Pix[(from-1)*im.Stride:][:4*w])
	}
	for y := from; y < to; y++ {
		packed(now, im.Pix[y*im.Stride:][:4*w])
		line := out[(y-from)*(1+size):][:1+size]
		line[0] = 2
		if !bytes.Equal(now, above) { // else the difference is 0 everywhere
			if line[0] = cheaper(now, above); line[0] == 2 {
				minus8(line[1:], now, above)
			} else {
				copy(line[1:], now[:3])
				minus8(line[4:], now[3:], now)
			}
		}
		now, above = above, now
	}
	return out
}

// packed leaves the opacity out of a row of pixels.
func packed(dst, pix []byte) {
	for len(pix) >= 4 && len(dst) >= 3 {
		dst[0], dst[1], dst[2] = pix[0], pix[1], pix[2]
		pix, dst = pix[4:], dst[3:]
	}
}

// cheaper returns the filter that leaves the smaller differences, judged by
// one colour of the three.
func cheaper(now, above []byte) byte {
	above = above[:len(now)]
	balance := 0
	for k := 4; k < len(now); k += 3 {
		v := now[k]
		balance += size8(v-above[k]) - size8(v-now[k-3])
	}
	if balance < 0 {
		return 2
	}
	return 1
}

// minus8 subtracts bytes modulo 256, eight at a time: with the highest bit of
// each byte of a set and of b cleared no byte borrows from the next.
func minus8(dst, a, b []byte) {
	const high = 0x8080808080808080
	for len(a) >= 8 && len(b) >= 8 && len(dst) >= 8 {
		u, v := binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b)
		binary.LittleEndian.PutUint64(dst, ((u|high)-(v&^high))^((u^^v)&high))
		a, b, dst = a[8:], b[8:], dst[8:]
	}
	for k, v := range a {
		dst[k] = v - b[k]
	}
}

// size8 is the size of a difference modulo 256.
func size8(d uint8) int {
	v := int(int8(d))
	sign := v >> 63
	return (v ^ sign) - sign
}

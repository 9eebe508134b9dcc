package main

import (
	"encoding/binary"
	"slices"
	"sort"
)

// What many parts of an archive have in common is said once, in words that the
// compressor knows before it reads a part: without them a part of some kilobytes
// learns them anew. They are chosen by -words, and stay the same until then, so
// that an archive changes where its packages do.

const (
	wordsSize = 32 << 10 // as far as flate looks back
	sliceSize = 64       // what is taken or not
	gramSize  = 8
)

// words returns the slices of parts whose grams are in most of them, the best
// last, where the compressor reaches them at the least cost.
func words(parts map[string][]byte) []byte {
	names := sorted(parts)
	count := map[uint64]int{} // in how many parts a gram is
	for _, name := range names {
		seen := map[uint64]bool{}
		for p := parts[name]; len(p) >= gramSize; p = p[1:] {
			if g := binary.LittleEndian.Uint64(p); !seen[g] {
				seen[g] = true
				count[g]++
			}
		}
	}
	used := map[uint64]bool{}
	worth := func(s []byte) (all, new int) {
		for ; len(s) >= gramSize; s = s[1:] {
			g := binary.LittleEndian.Uint64(s)
			if n := count[g]; n > 2 {
				all += n
				if !used[g] {
					new += n
				}
			}
		}
		return all, new
	}
	type slice struct {
		text  []byte
		worth int
	}
	var list []slice
	for _, name := range names {
		for p := parts[name]; len(p) >= sliceSize; p = p[sliceSize:] {
			all, _ := worth(p[:sliceSize])
			list = append(list, slice{p[:sliceSize], all})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].worth > list[j].worth })
	var chosen [][]byte
	for _, s := range list {
		if len(chosen) == wordsSize/sliceSize {
			break
		}
		if all, new := worth(s.text); 2*new < all {
			continue
		}
		for t := s.text; len(t) >= gramSize; t = t[1:] {
			used[binary.LittleEndian.Uint64(t)] = true
		}
		chosen = append(chosen, s.text)
	}
	slices.Reverse(chosen)
	return slices.Concat(chosen...)
}

func sorted(parts map[string][]byte) []string {
	var names []string
	for name := range parts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

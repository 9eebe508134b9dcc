//go:build ignore

// Maps, strings and sorting of records: the words of a text and the units of a
// recording. There is no fast tier for maps.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type Unit struct {
	Name   string
	Spikes []float64
	Tags   map[string]int
}

func text(n int) string {
	words := strings.Fields("spike train rate neuron field lfp theta gamma cortex layer cell soma axon dendrite synapse")
	var b strings.Builder
	s := uint32(1)
	for range n {
		s = s*1664525 + 1013904223
		b.WriteString(words[int(s>>16)%len(words)])
		if s>>28 == 0 {
			fmt.Fprintf(&b, "%d", s>>20&63)
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func count(text string) map[string]int {
	out := map[string]int{}
	for w := range strings.FieldsSeq(text) {
		out[w]++
	}
	return out
}

func main() {
	t := text(3_000_000)
	counts := count(t)
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if counts[keys[i]] != counts[keys[j]] {
			return counts[keys[i]] > counts[keys[j]]
		}
		return keys[i] < keys[j]
	})
	for _, k := range keys[:5] {
		fmt.Println(k, counts[k])
	}
	units := map[string]*Unit{}
	for i := range 3_000_000 {
		name := keys[i*7%40]
		u, ok := units[name]
		if !ok {
			u = &Unit{Name: name, Tags: map[string]int{}}
			units[name] = u
		}
		u.Spikes = append(u.Spikes, float64(i))
		u.Tags[keys[i%30]]++
	}
	total := 0
	for _, u := range units {
		total += len(u.Spikes) * len(u.Tags)
	}
	fmt.Println(len(t), len(counts), len(units), total)
}

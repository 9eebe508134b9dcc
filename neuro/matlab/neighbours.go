package matlab

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/stats"
)

// ReadNeighbours reads which of some channels are neighbours from a file of FieldTrip, such
// as its templates biosemi64_neighb.mat and neuromag306mag_neighb.mat: for tests of
// clusters. Names are the same when they differ in capitals and spaces only; neighbours that
// are not among channels are passed over.
//
// Errors: a file without a struct "neighbours", and channels that are not in it. Peer:
// mne.channels.read_ch_adjacency.
func ReadNeighbours(path string, channels []string) (*stats.Neighbours, error) {
	fail := func(format string, args ...any) (*stats.Neighbours, error) {
		return nil, fmt.Errorf("matlab: ReadNeighbours: "+path+": "+format, args...)
	}
	f, err := Read(path)
	if err != nil {
		return fail("%w", err)
	}
	all, err := f.Get("neighbours")
	if err != nil {
		return fail("%w", err)
	}
	label, list := -1, -1
	for i, name := range all.Fields {
		switch name {
		case "label":
			label = i
		case "neighblabel":
			list = i
		}
	}
	if all.Class != "struct" || label < 0 || list < 0 {
		return fail("neighbours is a %s with the fields %q; a struct with label and neighblabel is needed", all.Class, all.Fields)
	}
	same := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }
	at := map[string]int{}
	for c, name := range channels {
		if other, ok := at[same(name)]; ok {
			return fail("channels %d and %d are both %q", other, c, name)
		}
		at[same(name)] = c
	}
	near, found := make([][]int, len(channels)), make([]bool, len(channels))
	for i := 0; i+len(all.Fields) <= len(all.Items); i += len(all.Fields) {
		name, err := all.Items[i+label].Text()
		if err != nil {
			return fail("element %d: %w", i/len(all.Fields)+1, err)
		}
		c, ok := at[same(name)]
		if !ok {
			continue
		}
		found[c] = true
		names, err := all.Items[i+list].Texts()
		if err != nil {
			return fail("the neighbours of %s: %w", name, err)
		}
		for _, other := range names {
			if k, ok := at[same(other)]; ok {
				near[c] = append(near[c], k)
			}
		}
	}
	for c, ok := range found {
		if !ok {
			return fail("there is no channel %q in it", channels[c])
		}
	}
	return stats.NewNeighbours(near)
}

package assist

import (
	"sort"
	"strings"
	"unicode"

	"github.com/neurorepl/neurorepl/symbols"
)

// Speaking returns up to six functions, types and methods of this module's library whose
// documentation has all of some words, such as "lapse rate", each with its first sentence. Those that
// have the words in their name come first, then those that say them in the first sentence. Case and
// a plural's s do not count, and a word may be the beginning of one.
func Speaking(words string) []string {
	wanted := strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	for i, w := range wanted {
		if len(w) > 3 {
			wanted[i] = strings.TrimSuffix(w, "s")
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	type found struct {
		line  string
		score int
	}
	var all []found
	for _, p := range symbols.Packages() {
		page, ok := symbols.Doc(p.Path)
		if !p.Own || !ok {
			continue
		}
		for _, it := range page.Items {
			rank, ok := map[string]int{"function": 2, "type": 1, "method": 0}[it.Kind]
			if !ok {
				continue
			}
			first := synopsis(it.Doc)
			score := 0
			name, line, text := strings.ToLower(it.Name), " "+strings.ToLower(first), " "+strings.ToLower(strings.Join(strings.Fields(it.Doc), " "))
			for _, w := range wanted {
				switch {
				case strings.Contains(name, w):
					score += 5
				case begins(line, w):
					score += 3
				case begins(text, w):
					score++
				default:
					score = -1000
				}
			}
			if len(wanted) > 1 && begins(line, strings.Join(wanted, " ")) {
				score += 4
			}
			if score > 0 {
				if r := []rune(first); len(r) > 120 {
					first = string(r[:119]) + "…"
				}
				all = append(all, found{p.Name + "." + it.Name + "  " + first, 3*score + rank})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	var out []string
	for _, f := range all[:min(6, len(all))] {
		out = append(out, f.line)
	}
	return out
}

// begins reports whether a word of text begins with w; text begins with a space.
func begins(text, w string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], w)
		if i < 0 {
			return false
		}
		if at := from + i; at > 0 && !unicode.IsLetter(rune(text[at-1])) && !unicode.IsDigit(rune(text[at-1])) {
			return true
		}
		from += i + len(w)
	}
}

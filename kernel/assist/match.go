package assist

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How well a name goes on from what is typed; smaller is better.
const (
	sameCase = iota // starts with it
	anyCase         // starts with it but for upper and lower case
	humps           // its words start with it: NHH, or nhh, for NewHH
	within          // contains it
	no
)

// match tells how well a name goes on from what is typed.
func match(name, typed string) int {
	switch {
	case strings.HasPrefix(name, typed):
		return sameCase
	case hasPrefixFold(name, typed):
		return anyCase
	case utf8.RuneCountInString(typed) < 2:
		return no
	case hump([]rune(name), []rune(typed), 0):
		return humps
	case strings.Contains(strings.ToLower(name), strings.ToLower(typed)):
		return within
	}
	return no
}

func hasPrefixFold(name, typed string) bool {
	n := 0 // lower and upper case may differ in their number of bytes
	for range typed {
		if n >= len(name) {
			return false
		}
		_, size := utf8.DecodeRuneInString(name[n:])
		n += size
	}
	return strings.EqualFold(name[:n], typed)
}

// hump tells whether typed is made of the starts of words of a name, in order,
// the first of the first word.
func hump(name, typed []rune, at int) bool {
	if len(typed) == 0 {
		return true
	}
	if at >= len(name) || unicode.ToLower(name[at]) != unicode.ToLower(typed[0]) {
		return false
	}
	if hump(name, typed[1:], at+1) { // on within the word
		return true
	}
	if len(typed) == 1 {
		return true
	}
	for next := at + 1; next < len(name); next++ {
		starts := unicode.IsUpper(name[next]) || name[next-1] == '_' || name[next-1] == '/' || name[next-1] == '.' ||
			unicode.IsDigit(name[next]) && !unicode.IsDigit(name[next-1])
		if starts && hump(name, typed[1:], next) {
			return true
		}
	}
	return false
}

// add takes an item into the menu if it goes on from what is typed.
func (m *Menu) add(it Item) {
	if it.match = match(it.Text, m.typed); it.match != no {
		m.Items = append(m.Items, it)
	}
}

// sort puts the likeliest first. Names that do not start with what is typed
// stand in only when none does: they would keep Tab from completing.
func (m *Menu) sort() {
	sort.SliceStable(m.Items, func(i, j int) bool {
		a, b := &m.Items[i], &m.Items[j]
		switch {
		case a.match != b.match:
			return a.match < b.match
		case a.group == words || b.group == words: // Go's own words last, whatever their type
			if a.group != b.group {
				return b.group == words
			}
		}
		switch {
		case a.fit != b.fit:
			return a.fit < b.fit
		case a.group != b.group:
			return a.group < b.group
		case a.rank != b.rank:
			return a.rank < b.rank
		}
		return a.Text < b.Text
	})
	if len(m.Items) == 0 || m.Items[0].match > anyCase {
		return
	}
	for i, it := range m.Items {
		if it.match > anyCase {
			m.Items = m.Items[:i]
			return
		}
	}
}

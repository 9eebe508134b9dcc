// regexp with functions of one's own, submatches and names; strings cut to
// fields, padded tables, sorted unique words, Unicode classes.
package main

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

var unitRE = regexp.MustCompile(`(?P<value>-?\d+(?:\.\d+)?)\s*(?P<unit>mV|ms|Hz)`)

type quantity struct {
	v    float64
	unit string
}

func (q quantity) String() string { return strconv.FormatFloat(q.v, 'f', -1, 64) + "_" + q.unit }

func parse(s string) (qs []quantity) {
	vi, ui := unitRE.SubexpIndex("value"), unitRE.SubexpIndex("unit")
	for _, m := range unitRE.FindAllStringSubmatch(s, -1) {
		v, _ := strconv.ParseFloat(m[vi], 64)
		qs = append(qs, quantity{v, m[ui]})
	}
	return
}

type token struct {
	kind string
	text string
}

func tokenize(s string) (ts []token) {
	rules := []struct {
		kind string
		re   *regexp.Regexp
	}{
		{"num", regexp.MustCompile(`^\d+`)},
		{"id", regexp.MustCompile(`^[a-z_]\w*`)},
		{"op", regexp.MustCompile(`^[-+*/()]`)},
		{"", regexp.MustCompile(`^\s+`)},
	}
next:
	for s != "" {
		for _, r := range rules {
			if m := r.re.FindString(s); m != "" {
				if r.kind != "" {
					ts = append(ts, token{r.kind, m})
				}
				s = s[len(m):]
				continue next
			}
		}
		return append(ts, token{"error", s})
	}
	return
}

func main() {
	text := "rest -65 mV, spike 30.5mV after 12 ms at 40Hz"
	fmt.Println(parse(text))
	fmt.Println(unitRE.ReplaceAllString(text, "<$unit:$value>"))
	fmt.Println(unitRE.ReplaceAllStringFunc(text, func(s string) string { return strings.ToUpper(s) + "!" }))
	fmt.Println(unitRE.FindStringIndex(text), unitRE.NumSubexp(), unitRE.MatchString("3 kg"))
	fmt.Println(tokenize("a1 + 23*(b-4)"))
	fmt.Println(tokenize("x ? y"))
	_, err := regexp.Compile("a(b")
	fmt.Println(err)
	words := regexp.MustCompile(`\W+`).Split("The cat; the DOG, the cat", -1)
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
	sort.Strings(words)
	fmt.Println(slices.Compact(words))
	count := map[string]int{}
	for _, r := range "Aé 9_ß漢!" {
		switch {
		case unicode.IsUpper(r):
			count["upper"]++
		case unicode.Is(unicode.Han, r):
			count["han"]++
		case unicode.IsLetter(r):
			count["letter"]++
		case unicode.IsDigit(r):
			count["digit"]++
		default:
			count["other"]++
		}
	}
	fmt.Println(count)
	for _, row := range [][]any{{"name", "rate"}, {"a", 1.5}, {"long name", 22}} {
		fmt.Printf("%-10v|%6v|\n", row...)
	}
	fmt.Println(regexp.QuoteMeta("a.b*c"), regexp.MustCompile(`^(\w)(\w)$`).ReplaceAllString("xy", "$2$1"))
}

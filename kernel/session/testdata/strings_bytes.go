// Strings are bytes: indexing, slicing, concatenation in loops, comparison,
// Builder, conversion copies, and the common functions of strings and strconv.
package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

func caesar(s string, k int) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLower(r):
			return 'a' + (r-'a'+rune(k)+26)%26
		case r == '!':
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

func palindrome(s string) bool {
	rs := []rune(strings.ToLower(s))
	for i, j := 0, len(rs)-1; i < j; i, j = i+1, j-1 {
		if rs[i] != rs[j] {
			return false
		}
	}
	return true
}

func main() {
	s := "spike train"
	fmt.Println(s[0], s[:5], s[6:], s[len(s)-1:], len(s), s[0:0] == "", string(s[3]))
	var b strings.Builder
	for i := range 3 {
		fmt.Fprintf(&b, "%d;", i)
		b.WriteByte('a' + byte(i))
		b.WriteRune('é')
	}
	fmt.Println(b.String(), b.Len())
	bs := []byte(s)
	bs[0] = 'S'
	up := bytes.ToUpper(bs)
	fmt.Println(s, string(bs), string(up), bytes.Equal(bs, []byte(s)), bytes.Contains(up, []byte("TRAIN")))
	fmt.Println(caesar("abc xyz é!", 3), caesar(caesar("neuron", 5), -5), palindrome("Réssér"), palindrome("ab"))
	fmt.Printf("%q\n", strings.Split("a,b,,c", ","))
	fmt.Println(strings.Fields("  a  b c "), strings.Join([]string{"x", "y"}, "-"), strings.Repeat("ab", 3), strings.TrimFunc("12ab34", unicode.IsDigit))
	before, after, found := strings.Cut("key=value=x", "=")
	fmt.Println(before, after, found, strings.Index("chicken", "ken"), strings.LastIndex("go gopher", "go"), strings.EqualFold("Go", "GO"))
	for part := range strings.SplitSeq("L2/3,L4,L5", ",") {
		fmt.Print(part, " ")
	}
	for line := range strings.Lines("one\ntwo\nthree") {
		fmt.Printf("%q ", line)
	}
	fmt.Println()
	fmt.Println(strings.NewReplacer("a", "1", "b", "2").Replace("abcab"), strings.Title("x"), strings.Count("cheese", "e"))
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err)
	f, err := strconv.ParseFloat("1e-3", 64)
	fmt.Println(f, err, strconv.Quote("tab\t\"q\" é\x00"), strconv.FormatInt(-255, 16), strconv.FormatFloat(2.50, 'g', -1, 64))
	_, err = strconv.ParseInt("300", 10, 8)
	fmt.Println(err)
	acc := ""
	for i := range 5 {
		acc += strconv.Itoa(i)
		if acc > "01" {
			acc = "<" + acc
		}
	}
	fmt.Println(acc, "b" > "a", "abc" < "abcd", strings.Compare("a", "b"))
	v, err := strconv.ParseBool("maybe")
	fmt.Println(v, err)
}

// A range over a string steps by runes; a byte that is no UTF-8 gives U+FFFD
// and a step of one. Conversions between strings, bytes and runes.
package main

import (
	"fmt"
	"unicode/utf8"
)

func main() {
	for i, r := range "aµΩ🧠" {
		fmt.Printf("%d:%c(%U) ", i, r, r)
	}
	fmt.Println()
	bad := "a\xffb\xc3(\xe2\x82z\xed\xa0\x80"
	for i, r := range bad {
		fmt.Printf("%d:%x ", i, r)
	}
	fmt.Println(len(bad), utf8.RuneCountInString(bad), utf8.ValidString(bad))
	fmt.Printf("%q %+q %x\n", bad, "µV", "µV")
	rs := []rune("naïve")
	rs[2] = 'i'
	fmt.Println(string(rs), len(rs), len("naïve"))
	bs := []byte("spike")
	s := string(bs)
	bs[0] = 'S'
	fmt.Println(s, string(bs), string(bs[1:3]))
	fmt.Println(string(rune(65)), string(rune(0x1F9E0)), string(rune(-1)), []byte(string(rune(0xD800))))
	for i := range "héé" {
		fmt.Print(i, " ")
	}
	for range "héé" {
		fmt.Print("*")
	}
	fmt.Println()
	t := "ab" + "\u00e9" + `\n`
	fmt.Println(t, len(t), t[2], t[2:4], t[:0] == "")
	fmt.Println("abc" < "abd", "Z" < "a", "" < "a", "é" > "z")
	var acc string
	for _, r := range "hello" {
		acc = string(r) + acc
	}
	fmt.Println(acc)
	type text string
	type octets []byte
	x := text("xyz")
	o := octets(x)
	o[1] = '-'
	fmt.Println(string(o), x[1:], len(x), fmt.Sprintf("%T %T", x[1:], x[1]))
	n := copy(o, "12345")
	fmt.Println(n, string(o), string(append(o, "é…"...)))
}

package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A source is one text that a user wrote: the equations, a threshold, the value
// of a parameter. Positions are byte offsets in it.
type source struct {
	name string // "equations", "threshold", "parameter tau"
	text string
}

// at returns line and column of an offset, both from 1; columns count letters.
func (s *source) at(pos int) (line, col int) {
	before := s.text[:min(pos, len(s.text))]
	begin := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[begin:]) + 1
}

type tokenKind uint8

const (
	end tokenKind = iota
	newline
	number
	ident
	operator
	invalid
)

// A token is a word of a source. A newline stands where a line ends that holds
// something and is not continued with a backslash.
type token struct {
	kind     tokenKind
	text     string
	pos, end int
}

// operators, the longer ones first.
var operators = []string{"**=", "//=", "**", "//", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "%=", "<>", "&&", "||",
	"+", "-", "*", "/", "%", "(", ")", "<", ">", "=", ",", ":", ";", "!", "^", "&", "|", "[", "]", "{", "}", ".", "'", "?"}

// lex divides a source into tokens.
func lex(s *source) []token {
	var out []token
	text := s.text
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			if n := len(out); n > 0 && out[n-1].kind != newline {
				out = append(out, token{newline, "\n", i, i + 1})
			}
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '\\' && strings.TrimLeft(text[i+1:], " \t\r") != "" && strings.TrimLeft(text[i+1:], " \t\r")[0] == '\n':
			i += 1 + strings.IndexByte(text[i+1:], '\n') + 1
		case c >= '0' && c <= '9' || c == '.' && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
			j := scanNumber(text, i)
			out = append(out, token{number, text[i:j], i, j})
			i = j
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if unicode.IsLetter(r) || r == '_' {
				j := i
				for j < len(text) {
					r, size := utf8.DecodeRuneInString(text[j:])
					if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
						break
					}
					j += size
				}
				out = append(out, token{ident, text[i:j], i, j})
				i = j
				continue
			}
			kind, n := invalid, size
			for _, op := range operators {
				if strings.HasPrefix(text[i:], op) {
					kind, n = operator, len(op)
					break
				}
			}
			out = append(out, token{kind, text[i : i+n], i, i + n})
			i += n
		}
	}
	return append(out, token{end, "", len(text), len(text)})
}

func scanNumber(text string, i int) int {
	digits := func() {
		for i < len(text) && (text[i] >= '0' && text[i] <= '9') {
			i++
		}
	}
	digits()
	if i < len(text) && text[i] == '.' {
		i++
		digits()
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		j := i + 1
		if j < len(text) && (text[j] == '+' || text[j] == '-') {
			j++
		}
		if j < len(text) && text[j] >= '0' && text[j] <= '9' {
			i = j
			digits()
		}
	}
	return i
}

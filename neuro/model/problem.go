package model

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// A Problem is one mistake in a model's texts.
type Problem struct {
	Where   string // the text it is in: "equations", "threshold", "parameter tau"
	Line    int    // from 1
	Col     int    // from 1
	Message string // what is wrong, with the units concerned
	Remedy  string // what to do about it

	source   *source
	pos, end int
}

// Problems are all mistakes of a model, in the order of its texts. It is the error
// that Parse returns.
type Problems []Problem

// Error shows every problem with its line and a mark below the place.
func (p Problems) Error() string {
	var b strings.Builder
	if len(p) == 1 {
		b.WriteString("model: ")
	} else {
		fmt.Fprintf(&b, "model: %d problems\n", len(p))
	}
	for i, x := range p {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(x.String())
	}
	return b.String()
}

// String shows the problem with its line and a mark below the place.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d:%d: %s", p.Where, p.Line, p.Col, p.Message)
	if p.source != nil && strings.TrimSpace(p.source.text) != "" {
		begin := strings.LastIndexByte(p.source.text[:p.pos], '\n') + 1
		stop := len(p.source.text)
		if i := strings.IndexByte(p.source.text[begin:], '\n'); i >= 0 {
			stop = begin + i
		}
		line := strings.TrimRight(p.source.text[begin:stop], " \t\r")
		mark := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, p.source.text[begin:p.pos])
		shown := strings.TrimLeft(line, " \t")
		cut := len(line) - len(shown)
		if cut > p.pos-begin {
			cut = 0
			shown = line
		}
		n := max(1, utf8.RuneCountInString(p.source.text[p.pos:max(p.pos, min(p.end, begin+len(line)))]))
		fmt.Fprintf(&b, "\n    %s\n    %s%s", shown, mark[cut:], strings.Repeat("^", n))
	}
	if p.Remedy != "" {
		fmt.Fprintf(&b, "\n    %s", p.Remedy)
	}
	return b.String()
}

// problems collects the mistakes of a model.
type problems struct {
	list    Problems
	sources []*source
	lost    []string // names of equations that could not be read
}

// add notes a mistake between two offsets of a source.
func (p *problems) add(s *source, pos, end int, message, remedy string) {
	line, col := s.at(pos)
	for _, x := range p.list {
		if x.source == s && x.pos == pos {
			return // one mistake per place is enough
		}
	}
	p.list = append(p.list, Problem{Where: s.name, Line: line, Col: col, Message: message, Remedy: remedy, source: s, pos: pos, end: end})
}

// err returns the problems in order, or nil.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	rank := map[*source]int{}
	for i, s := range p.sources {
		rank[s] = i
	}
	sort.SliceStable(p.list, func(i, j int) bool {
		a, b := p.list[i], p.list[j]
		if rank[a.source] != rank[b.source] {
			return rank[a.source] < rank[b.source]
		}
		return a.pos < b.pos
	})
	return p.list
}

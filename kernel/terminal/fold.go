package terminal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// folder stands in for text that is too tall for the window: the line editor
// draws a line in place and cannot scroll it. A pasted program of 200 lines
// becomes one mark, `[200 lines #1]` in special brackets, which stands for the
// whole text wherever the cell is read.
type folder struct {
	rows   int // height of the window
	texts  []string
	number map[string]int // of a text that is stored, from 1
}

var foldMark = regexp.MustCompile(`⟦\d+ lines #(\d+)⟧`)

// most is the number of lines that a cell may have without being folded.
func (f *folder) most() int { return max(f.rows-4, 6) }

// store returns the mark that stands for a text.
func (f *folder) store(text string) string {
	n := f.number[text]
	if n == 0 {
		if f.number == nil {
			f.number = map[string]int{}
		}
		f.texts = append(f.texts, text)
		n = len(f.texts)
		f.number[text] = n
	}
	return fmt.Sprintf("⟦%d lines #%d⟧", strings.Count(text, "\n")+1, n)
}

// hide returns the text, or its mark when it is too tall.
func (f *folder) hide(text string) string {
	if strings.Count(text, "\n") < f.most() {
		return text
	}
	return f.store(text)
}

// reveal puts the texts in place of their marks.
func (f *folder) reveal(text string) string {
	if len(f.texts) == 0 {
		return text
	}
	return foldMark.ReplaceAllStringFunc(text, func(mark string) string {
		n, err := strconv.Atoi(foldMark.FindStringSubmatch(mark)[1])
		if err != nil || n < 1 || n > len(f.texts) {
			return mark
		}
		return f.texts[n-1]
	})
}

// revealUpTo reveals the text and tells where a place in it, in bytes, has
// moved to.
func (f *folder) revealUpTo(text string, at int) (string, int) {
	before := f.reveal(text[:at])
	return before + f.reveal(text[at:]), len(before)
}

package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/assist"
)

// doc shows what `name?` shows in a cell.
func doc(args []string) int {
	if len(args) != 1 {
		return usage("doc: %d names are given; the call is `neurorepl doc NAME`, such as signal.Welch", len(args))
	}
	text, ok := assist.Doc(strings.TrimRight(args[0], "?"))
	text = strings.TrimRight(text, "\n")
	if !ok {
		fmt.Fprintln(os.Stderr, "neurorepl: doc: "+text)
		return 1
	}
	fmt.Println(text)
	return 0
}

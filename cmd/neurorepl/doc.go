package main

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// doc shows what `name?` shows in a cell.
func doc(args []string) int {
	if len(args) != 1 {
		return usage("doc: %d names are given; the call is `neurorepl doc NAME`, such as signal.Welch", len(args))
	}
	s, err := session.New(session.Options{})
	if err != nil {
		return failed(err)
	}
	defer s.Close()
	b, ok := s.Inspect(args[0], len(args[0]), 0)
	if !ok {
		return failed(fmt.Errorf("doc: nothing is known of %q", args[0]))
	}
	fmt.Println(strings.TrimRight(b.Text(), "\n"))
	return 0
}

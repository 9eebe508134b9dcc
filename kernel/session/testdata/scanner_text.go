// bufio.Scanner and Reader over text: lines, words, runes, an own split
// function, long lines, and parsing of what they give.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
)

const log = `# session 1
0.5 spike 3
1.25 stim on

2.0 spike 1
bad line here
3.75 spike 3
`

type event struct {
	t    float64
	kind string
	arg  string
}

func parse(r io.Reader) (events []event, errs error) {
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Fields(line)
		t, err := strconv.ParseFloat(f[0], 64)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		events = append(events, event{t, f[1], f[2]})
	}
	return events, errors.Join(errs, sc.Err())
}

func byComma(data []byte, atEOF bool) (advance int, token []byte, err error) {
	for i, b := range data {
		if b == ',' {
			return i + 1, data[:i], nil
		}
	}
	if atEOF && len(data) > 0 {
		return len(data), data, bufio.ErrFinalToken
	}
	return 0, nil, nil
}

func main() {
	es, err := parse(strings.NewReader(log))
	fmt.Println(es)
	fmt.Println(err, errors.Is(err, strconv.ErrSyntax))
	sc := bufio.NewScanner(strings.NewReader("a,bb,,c"))
	sc.Split(byComma)
	for sc.Scan() {
		fmt.Printf("%q ", sc.Text())
	}
	fmt.Println(sc.Err())
	counts := map[string]int{}
	ws := bufio.NewScanner(strings.NewReader("the cat and the dog and the bird"))
	ws.Split(bufio.ScanWords)
	for ws.Scan() {
		counts[ws.Text()]++
	}
	keys := make([]string, 0)
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if counts[keys[i]] != counts[keys[j]] {
			return counts[keys[i]] > counts[keys[j]]
		}
		return keys[i] < keys[j]
	})
	for _, k := range keys {
		fmt.Print(k, counts[k], " ")
	}
	fmt.Println()
	rs := bufio.NewScanner(strings.NewReader("hé!"))
	rs.Split(bufio.ScanRunes)
	for rs.Scan() {
		fmt.Print(rs.Text(), "|")
	}
	fmt.Println()
	long := bufio.NewScanner(strings.NewReader(strings.Repeat("x", 100)))
	long.Buffer(make([]byte, 10), 20)
	fmt.Println(long.Scan(), long.Err())
	br := bufio.NewReader(strings.NewReader("first\nsecond\nlast"))
	for {
		s, err := br.ReadString('\n')
		fmt.Printf("%q %v; ", s, err)
		if err == io.EOF {
			break
		}
	}
	fmt.Println()
	br.Reset(strings.NewReader("é7"))
	r, size, _ := br.ReadRune()
	peek, _ := br.Peek(1)
	fmt.Println(string(r), size, string(peek))
}

package spikefile

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// params are the lines "name = value" of a params.py of phy, as text. The file is a
// program of Python, and is not run.
type params map[string]string

// mostParams is how many bytes a params.py may have.
const mostParams = 1 << 20

func (p phy) params() (params, error) {
	f, err := p.open("params.py")
	if err != nil {
		return nil, errors.New("is not there")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostParams+1))
	if err != nil {
		return nil, files.Plain(err)
	}
	if len(b) > mostParams {
		return nil, errors.New("has more than a million bytes; some hundred are right")
	}
	return parseParams(string(b)), nil
}

// parseParams takes the last value of each name at the start of a line.
func parseParams(text string) params {
	p := params{}
	for _, line := range strings.Split(text, "\n") {
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimRight(name, " \t")
		if !ok || name == "" || strings.HasPrefix(value, "=") || strings.ContainsAny(name, " \t#'\"([{.!<>+-*/") {
			continue
		}
		p[name] = strings.TrimSpace(uncommented(value))
	}
	return p
}

// uncommented returns a value without the comment behind it.
func uncommented(s string) string {
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote == 0 && c == '#':
			return s[:i]
		}
	}
	return s
}

// number returns a value that is a plain number.
func (p params) number(name string) (float64, error) {
	text, ok := p[name]
	if !ok {
		return 0, fmt.Errorf("has no line %s = ...", name)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "xXpP") {
		return 0, fmt.Errorf("has %s = %s, which is no plain number; it is read and not run", name, text)
	}
	return v, nil
}

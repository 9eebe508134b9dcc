package notebook

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// encoder writes JSON byte for byte as Jupyter does (Python's json.dumps with
// indent=1, sort_keys=True and ensure_ascii=False).
type encoder struct{ buf []byte }

func (e *encoder) value(v any, depth int) error {
	switch x := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case bool:
		e.buf = strconv.AppendBool(e.buf, x)
	case string:
		e.text(x)
	case json.Number:
		e.buf = append(e.buf, x...)
	case int:
		e.buf = strconv.AppendInt(e.buf, int64(x), 10)
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("notebook: %v is no number in JSON", x)
		}
		data, err := json.Marshal(x)
		if err != nil {
			return err
		}
		e.buf = append(e.buf, data...)
	case []string:
		list := make([]any, len(x))
		for i, s := range x {
			list[i] = s
		}
		return e.list(list, depth)
	case []any:
		return e.list(x, depth)
	case map[string]any:
		return e.object(x, depth)
	case Output:
		return e.object(x, depth)
	default:
		plain, err := plain(v)
		if err != nil {
			return err
		}
		return e.value(plain, depth)
	}
	return nil
}

// plain turns any value that JSON can express into maps, lists, strings,
// booleans and numbers.
func plain(v any) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("notebook: a value of type %T is not JSON: %w", v, err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	var out any
	err = dec.Decode(&out)
	return out, err
}

func (e *encoder) list(x []any, depth int) error {
	if len(x) == 0 {
		e.buf = append(e.buf, "[]"...)
		return nil
	}
	e.buf = append(e.buf, '[')
	for i, v := range x {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.line(depth + 1)
		if err := e.value(v, depth+1); err != nil {
			return err
		}
	}
	e.line(depth)
	e.buf = append(e.buf, ']')
	return nil
}

func (e *encoder) object(x map[string]any, depth int) error {
	if len(x) == 0 {
		e.buf = append(e.buf, "{}"...)
		return nil
	}
	keys := make([]string, 0, len(x))
	for k := range x {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	e.buf = append(e.buf, '{')
	for i, k := range keys {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.line(depth + 1)
		e.text(k)
		e.buf = append(e.buf, ": "...)
		if err := e.value(x[k], depth+1); err != nil {
			return err
		}
	}
	e.line(depth)
	e.buf = append(e.buf, '}')
	return nil
}

func (e *encoder) line(depth int) {
	e.buf = append(e.buf, '\n')
	for range depth {
		e.buf = append(e.buf, ' ')
	}
}

func (e *encoder) text(s string) {
	const hexDigits = "0123456789abcdef"
	e.buf = append(e.buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			e.buf = utf8.AppendRune(e.buf, r) // a broken byte becomes U+FFFD
			i += n
			continue
		}
		switch c {
		case '"', '\\':
			e.buf = append(e.buf, '\\', c)
		case '\n':
			e.buf = append(e.buf, `\n`...)
		case '\r':
			e.buf = append(e.buf, `\r`...)
		case '\t':
			e.buf = append(e.buf, `\t`...)
		case '\b':
			e.buf = append(e.buf, `\b`...)
		case '\f':
			e.buf = append(e.buf, `\f`...)
		default:
			if c < ' ' {
				e.buf = append(e.buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			} else {
				e.buf = append(e.buf, c)
			}
		}
		i++
	}
	e.buf = append(e.buf, '"')
}

// split cuts a text into lines that keep their ends, as Python's
// splitlines(True) does, whose notion of a line end is wider than "\n".
func split(s string) []any {
	lines := []any{}
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch r {
		case '\r':
			if i < len(s) && s[i] == '\n' {
				i++
			}
		case '\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		lines = append(lines, s[start:i])
		start = i
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

// isJSON tells whether content of a MIME type is JSON and not text.
func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// inLines tells whether Jupyter writes content of a MIME type as lines.
func inLines(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}

func joinBundle(v any) {
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	for mime, content := range m {
		if _, isList := content.([]any); isList && !isJSON(mime) {
			if s, ok := joined(content); ok {
				m[mime] = s
			}
		}
	}
}

func joinOutput(o Output) {
	switch o["output_type"] {
	case "execute_result", "display_data":
		joinBundle(o["data"])
	default:
		if s, ok := joined(o["text"]); ok {
			o["text"] = s
		}
	}
}

func splitBundle(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := make(map[string]any, len(m))
	for mime, content := range m {
		if s, ok := content.(string); ok && inLines(mime) {
			out[mime] = split(s)
		} else {
			out[mime] = content
		}
	}
	return out
}

func splitOutput(o Output) Output {
	out := make(Output, len(o))
	for k, v := range o {
		out[k] = v
	}
	switch o["output_type"] {
	case "execute_result", "display_data":
		if data, ok := o["data"]; ok {
			out["data"] = splitBundle(data)
		}
	case "stream":
		if s, ok := o["text"].(string); ok {
			out["text"] = split(s)
		}
	}
	return out
}

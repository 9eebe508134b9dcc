package jupyter

// keepHistory is how many cells a kernel remembers.
const keepHistory = 10000

// An entry is one cell that ran.
type entry struct {
	count  int
	input  string
	output string // its value as text, empty when it had none
}

// A history is what ran in this session, oldest first. It is not kept on disk:
// notebooks keep their own cells.
type history struct{ entries []entry }

func (h *history) add(e entry) {
	if len(h.entries) == keepHistory {
		h.entries = append(h.entries[:0], h.entries[1:]...)
	}
	h.entries = append(h.entries, e)
}

// A historyRequest is the content of a history_request.
type historyRequest struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"` // "range", "tail", "search"
	Session int    `json:"session"`
	Start   int    `json:"start"`
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

// session is the number of the only session a history has. Requests may also
// call it 0, the current one.
const sessionNumber = 1

// find returns the entries a request asks for as Jupyter lists them: session,
// cell number, and input or the pair of input and output.
func (h *history) find(q historyRequest) [][3]any {
	var found []entry
	switch q.Access {
	case "range":
		if q.Session == 0 || q.Session == sessionNumber {
			for _, e := range h.entries {
				if e.count >= q.Start && (q.Stop == nil || e.count < *q.Stop) {
					found = append(found, e)
				}
			}
		}
	case "search":
		pattern := []rune(q.Pattern)
		last := map[string]int{}
		for i, e := range h.entries {
			last[e.input] = i
		}
		for i, e := range h.entries {
			if match(pattern, []rune(e.input)) && (!q.Unique || last[e.input] == i) {
				found = append(found, e)
			}
		}
		found = tail(found, q.N)
	default: // "tail"
		found = tail(h.entries, q.N)
	}
	list := make([][3]any, 0, len(found))
	for _, e := range found {
		row := [3]any{sessionNumber, e.count, e.input}
		if q.Output {
			var out any
			if e.output != "" {
				out = e.output
			}
			row[2] = [2]any{e.input, out}
		}
		list = append(list, row)
	}
	return list
}

func tail(e []entry, n *int) []entry {
	if n == nil || *n < 0 || *n >= len(e) {
		return e
	}
	return e[len(e)-*n:]
}

// match reports whether the whole of s fits a pattern in which * stands for any
// text and ? for one character; an empty pattern fits everything.
func match(pattern, s []rune) bool {
	if len(pattern) == 0 {
		return true
	}
	p, i := 0, 0
	star, from := -1, 0 // the last * and where its text ends so far
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

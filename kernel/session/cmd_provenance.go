package session

import (
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// recorder returns a recorder for what runs from now on.
func (s *Session) recorder() *provenance.Recorder {
	return provenance.New(s.opts.Args[min(1, len(s.opts.Args)):])
}

// Provenance returns what made the results so far.
func (s *Session) Provenance() provenance.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rec.Record()
}

// provenance answers %provenance: a table, or a file.
func (s *Session) provenance(path string, res *Result) error {
	r := s.rec.Record()
	if path == "" {
		res.Values = append(res.Values, Value{Bundle: r.Show(), IsBundle: true})
		return nil
	}
	path, err := expanded(path)
	if err != nil {
		return err
	}
	return r.Save(path)
}

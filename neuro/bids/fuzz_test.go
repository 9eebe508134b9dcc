package bids

import "testing"

// Tables and sidecars of any content are read or refused, and what is read is
// a rectangle.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{"onset\tduration\n1\t2\n", "a\ta\n", "", "\n\n", "a\tb\r\n1\t2\r\n\r\n", "a\n1\t2\n", "\ufeffx\ny"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sheet, err := parseSheet(string(clean([]byte(s))))
		if err != nil {
			return
		}
		for _, row := range sheet.rows {
			if len(row) != len(sheet.names) {
				t.Fatalf("%q: %d values for %d columns", s, len(row), len(sheet.names))
			}
		}
	})
}

func FuzzSidecar(f *testing.F) {
	for _, s := range []string{`{"RepetitionTime": 2, "SliceTiming": [0, 1]}`, `{"SliceTiming": [0, "x"]}`, `[]`, `{`, `null`, `{"a": {"b": []}}`, "\ufeff{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := parseJSON([]byte(s))
		if err != nil {
			return
		}
		side := Sidecar{Values: values}
		for field := range values {
			side.Float(field)
			side.Text(field)
			side.Floats(field)
		}
		if side.Show().Text() == "" {
			t.Errorf("%q shows nothing", s)
		}
	})
}

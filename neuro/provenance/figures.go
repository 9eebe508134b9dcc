package provenance

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"html"
	"os"
	"sync/atomic"
)

// stamping says whether figures carry a record. NEUROREPL_PROVENANCE=figures
// switches it on.
var stamping atomic.Bool

func init() { stamping.Store(os.Getenv("NEUROREPL_PROVENANCE") == "figures") }

// Figures says whether figures that are drawn from now on carry the record of
// what made them, without times and folders ([Record.Lasting]): as JSON in a
// PNG's text chunk "neurorepl", in an SVG's metadata, and as the subject of a
// PDF. It returns what was before. It is off unless the environment says
// NEUROREPL_PROVENANCE=figures.
func Figures(on bool) (before bool) { return stamping.Swap(on) }

// Stamp returns the record that a figure carries now, "" for none.
func Stamp() string {
	if !stamping.Load() {
		return ""
	}
	r := Now().Lasting()
	r.Cells, r.MoreCells = nil, 0 // the sum of all says which they were
	data, err := json.Marshal(r)
	if err != nil { // of strings and numbers only
		return ""
	}
	return string(data)
}

// PNG returns a PNG with text in it, in an iTXt chunk behind its header. Data
// that is no PNG comes back as it is.
func PNG(data []byte, text string) []byte {
	const header = 8 + 25 // the signature and the chunk IHDR
	if text == "" || len(data) < header || string(data[12:16]) != "IHDR" {
		return data
	}
	chunk := []byte("iTXtneurorepl\x00\x00\x00\x00\x00" + text)
	out := append([]byte(nil), data[:header]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
	out = append(out, chunk...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	return append(out, data[header:]...)
}

// SVG returns an SVG with text in its metadata. Data that is no SVG comes back
// as it is.
func SVG(data []byte, text string) []byte {
	start := bytes.Index(data, []byte("<svg"))
	if text == "" || start < 0 {
		return data
	}
	end := bytes.IndexByte(data[start:], '>')
	if end < 0 {
		return data
	}
	at := start + end + 1
	out := append([]byte(nil), data[:at]...)
	out = append(out, `<metadata id="neurorepl">`+html.EscapeString(text)+`</metadata>`...)
	return append(out, data[at:]...)
}

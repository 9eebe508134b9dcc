package main

// A group is a set of packages whose tables share one Go package, so that a
// change in one group does not compile the others again.
type group struct {
	name     string   // folder below symbols/internal
	doc      string   // what its package comment says it holds
	patterns []string // for go list
}

var groups = []group{
	{"std", "the standard library", standard},
	{"gonum", "gonum and gonum/plot", gonum},
	{"neuro", "this module's library", []string{module + "/neuro/..."}},
}

// standard leaves out what a script cannot use from an interpreter (unsafe,
// plugin, embed, runtime/cgo, runtime/race), what differs between operating
// systems (syscall, log/syslog), and what would make the program large for
// few users (debug/*, go/types and its kin, servers of old protocols).
var standard = []string{
	"archive/tar", "archive/zip", "bufio", "bytes", "cmp",
	"compress/bzip2", "compress/flate", "compress/gzip", "compress/lzw", "compress/zlib",
	"container/heap", "container/list", "container/ring", "context",
	"crypto", "crypto/aes", "crypto/cipher", "crypto/hmac", "crypto/md5", "crypto/rand",
	"crypto/sha1", "crypto/sha256", "crypto/sha3", "crypto/sha512", "crypto/subtle",
	"database/sql", "database/sql/driver",
	"encoding", "encoding/ascii85", "encoding/base32", "encoding/base64", "encoding/binary",
	"encoding/csv", "encoding/gob", "encoding/hex", "encoding/json", "encoding/pem", "encoding/xml",
	"errors", "expvar", "flag", "fmt",
	"go/ast", "go/build/constraint", "go/constant", "go/format", "go/parser", "go/printer", "go/scanner", "go/token", "go/version",
	"hash", "hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "hash/maphash",
	"html", "html/template",
	"image", "image/color", "image/color/palette", "image/draw", "image/gif", "image/jpeg", "image/png",
	"index/suffixarray", "io", "io/fs", "io/ioutil", "iter", "log", "log/slog",
	"maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2",
	"mime", "mime/multipart", "mime/quotedprintable",
	"net", "net/http", "net/http/cookiejar", "net/http/httptest", "net/http/httputil", "net/mail", "net/netip", "net/smtp", "net/textproto", "net/url",
	"os", "os/exec", "os/signal", "os/user", "path", "path/filepath", "reflect", "regexp", "regexp/syntax",
	"runtime", "runtime/debug", "runtime/metrics", "runtime/pprof", "runtime/trace",
	"slices", "sort", "strconv", "strings", "structs", "sync", "sync/atomic",
	"testing", "testing/fstest", "testing/iotest", "testing/quick",
	"text/scanner", "text/tabwriter", "text/template", "text/template/parse",
	"time", "unicode", "unicode/utf16", "unicode/utf8", "unique", "weak",
}

var gonum = []string{
	"gonum.org/v1/gonum/blas", "gonum.org/v1/gonum/blas/blas64",
	"gonum.org/v1/gonum/cmplxs", "gonum.org/v1/gonum/diff/fd",
	"gonum.org/v1/gonum/dsp/fourier", "gonum.org/v1/gonum/dsp/transform", "gonum.org/v1/gonum/dsp/window",
	"gonum.org/v1/gonum/floats", "gonum.org/v1/gonum/floats/scalar",
	"gonum.org/v1/gonum/integrate", "gonum.org/v1/gonum/integrate/quad", "gonum.org/v1/gonum/interp",
	"gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/mathext", "gonum.org/v1/gonum/num/quat",
	"gonum.org/v1/gonum/optimize", "gonum.org/v1/gonum/optimize/functions",
	"gonum.org/v1/gonum/spatial/kdtree", "gonum.org/v1/gonum/spatial/r2", "gonum.org/v1/gonum/spatial/r3",
	"gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/stat/combin", "gonum.org/v1/gonum/stat/distmat",
	"gonum.org/v1/gonum/stat/distmv", "gonum.org/v1/gonum/stat/distuv", "gonum.org/v1/gonum/stat/sampleuv",
	"gonum.org/v1/gonum/stat/samplemv", "gonum.org/v1/gonum/stat/spatial",
	"gonum.org/v1/plot", "gonum.org/v1/plot/font", "gonum.org/v1/plot/palette", "gonum.org/v1/plot/palette/brewer",
	"gonum.org/v1/plot/palette/moreland", "gonum.org/v1/plot/plotter", "gonum.org/v1/plot/plotutil", "gonum.org/v1/plot/text",
	"gonum.org/v1/plot/vg", "gonum.org/v1/plot/vg/draw", "gonum.org/v1/plot/vg/vgimg", "gonum.org/v1/plot/vg/vgsvg", "gonum.org/v1/plot/vg/vgpdf",
}

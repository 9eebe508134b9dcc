package assist

// builtins are Go's own functions: what they take and what they do.
var builtins = map[string][2]string{
	"append":  {"(s []T, elems ...T) []T", "appends elements to the end of a slice and returns the result, which may share its memory with s."},
	"cap":     {"(v) int", "is the capacity of a slice, array or channel."},
	"clear":   {"(v)", "deletes all entries of a map, or sets all elements of a slice to zero."},
	"close":   {"(c chan<- T)", "closes a channel: nothing more is sent, and receivers go on with zero values."},
	"complex": {"(r, i float) complex", "makes a complex number of its two parts."},
	"copy":    {"(to, from []T) int", "copies elements and returns their number, that of the shorter slice."},
	"delete":  {"(m map[K]V, key K)", "deletes an entry of a map, if it is there."},
	"imag":    {"(c complex) float", "is the imaginary part of a complex number."},
	"len":     {"(v) int", "is the number of elements of a slice, array, map or channel, or of bytes of a string."},
	"make":    {"(T, size ...int) T", "makes a slice of a length and, if given, a capacity, a map, or a channel with a buffer."},
	"max":     {"(x T, y ...T) T", "is the largest of its arguments; NaN if one is NaN."},
	"min":     {"(x T, y ...T) T", "is the smallest of its arguments; NaN if one is NaN."},
	"new":     {"(T or value) *T", "is a pointer to a new variable with the zero value of a type, or with a value."},
	"panic":   {"(v any)", "ends the function and those that called it, until one of their deferred functions recovers."},
	"print":   {"(args ...)", "writes to the standard error; fmt.Print is what you want."},
	"println": {"(args ...)", "writes to the standard error; fmt.Println is what you want."},
	"real":    {"(c complex) float", "is the real part of a complex number."},
	"recover": {"() any", "stops a panic when a deferred function calls it, and returns the panic's value."},
}

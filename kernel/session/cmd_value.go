package session

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a summary has room for.
const (
	widest = 120 // letters
	some   = 6   // elements of a slice, fields of a struct
	depth  = 3
)

// summarize writes a value in one line, as Go would write it, with the length
// of what is cut.
func summarize(v reflect.Value, level int) string {
	s := summary(v, level)
	if utf8.RuneCountInString(s) > widest {
		s = string([]rune(s)[:widest]) + "..."
	}
	return s
}

func summary(v reflect.Value, level int) string {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	case reflect.String:
		s := v.String()
		if len(s) > widest {
			return strconv.Quote(strings.ToValidUTF8(s[:widest], "")) + fmt.Sprintf("... (%d bytes)", len(s))
		}
		return strconv.Quote(s)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		if level >= depth {
			return "..."
		}
		if v.Kind() == reflect.Pointer {
			return "&" + summary(v.Elem(), level+1)
		}
		return v.Elem().Type().String() + "(" + summary(v.Elem(), level+1) + ")"
	case reflect.Slice, reflect.Array:
		return elements(v, level)
	case reflect.Struct:
		return fieldsOf(v, level)
	case reflect.Map:
		if v.IsNil() {
			return "nil"
		}
		return fmt.Sprintf("%d entries", v.Len())
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return "nil"
		}
	}
	return v.Type().String()
}

func elements(v reflect.Value, level int) string {
	n := v.Len()
	if v.Kind() == reflect.Slice && v.IsNil() {
		return "nil"
	}
	if level >= depth {
		return fmt.Sprintf("[%d elements]", n)
	}
	var list []string
	for i := range min(n, some) {
		list = append(list, summary(v.Index(i), level+1))
	}
	if n > some {
		return fmt.Sprintf("[%s ...] (%d elements)", strings.Join(list, " "), n)
	}
	return "[" + strings.Join(list, " ") + "]"
}

func fieldsOf(v reflect.Value, level int) string {
	if level >= depth {
		return "{...}"
	}
	var list []string
	for i := range min(v.NumField(), some) {
		list = append(list, v.Type().Field(i).Name+": "+summary(v.Field(i), level+1))
	}
	if v.NumField() > some {
		list = append(list, "...")
	}
	return "{" + strings.Join(list, ", ") + "}"
}

package table

import (
	"bufio"
	"encoding"
	"io"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// encodeJSON writes exported fields as JSON, as [Save] says.
func encodeJSON(w io.Writer, v any) error {
	e := &jsonEncoder{w: bufio.NewWriterSize(w, 1<<16), way: map[uintptr]bool{}}
	e.value(reflect.ValueOf(v), 0)
	e.w.WriteByte('\n')
	return e.w.Flush()
}

type jsonEncoder struct {
	w    *bufio.Writer
	way  map[uintptr]bool
	part []byte
}

func (e *jsonEncoder) put(b []byte) { e.w.Write(b); e.part = b[:0] }

func (e *jsonEncoder) line(depth int) {
	e.w.WriteByte('\n')
	e.w.WriteString(strings.Repeat(" ", depth))
}

// plain reports whether elements stand on one line.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Interface, reflect.Pointer:
		return false
	}
	return true
}

func (e *jsonEncoder) value(v reflect.Value, depth int) {
	if !v.IsValid() {
		e.w.WriteString("null")
		return
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case Table:
			e.w.WriteString(`{`)
			for j, c := range x.Cols {
				if j > 0 {
					e.w.WriteString(`, `)
				}
				e.put(append(appendString(e.part[:0], c.head()), ':', ' '))
				if c.Text != nil {
					e.value(reflect.ValueOf(c.Text), depth)
				} else {
					e.value(reflect.ValueOf(c.Num), depth)
				}
			}
			e.w.WriteString(`}`)
			return
		case encoding.TextMarshaler:
			if v.Kind() != reflect.Pointer || !v.IsNil() {
				if b, err := x.MarshalText(); err == nil {
					e.put(appendString(e.part[:0], string(b)))
					return
				}
			}
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		e.put(strconv.AppendBool(e.part[:0], v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.put(strconv.AppendInt(e.part[:0], v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.put(strconv.AppendUint(e.part[:0], v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		e.put(appendJSON(e.part[:0], v.Float()))
	case reflect.Complex64, reflect.Complex128:
		b := appendJSON(append(e.part[:0], `{"real": `...), real(v.Complex()))
		b = appendJSON(append(b, `, "imag": `...), imag(v.Complex()))
		e.put(append(b, '}'))
	case reflect.String:
		e.put(appendString(e.part[:0], v.String()))
	case reflect.Interface:
		e.value(v.Elem(), depth)
	case reflect.Pointer:
		if v.IsNil() || e.way[v.Pointer()] {
			e.w.WriteString("null")
			return
		}
		e.way[v.Pointer()] = true
		e.value(v.Elem(), depth)
		delete(e.way, v.Pointer())
	case reflect.Slice, reflect.Array:
		oneLine := plain(v.Type().Elem())
		e.w.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				e.w.WriteByte(',')
			}
			if !oneLine {
				e.line(depth + 1)
			} else if i > 0 {
				e.w.WriteByte(' ')
			}
			e.value(v.Index(i), depth+1)
		}
		if !oneLine && v.Len() > 0 {
			e.line(depth)
		}
		e.w.WriteByte(']')
	case reflect.Map:
		keys := v.MapKeys()
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = keyName(k)
		}
		sort.Sort(byName{names, keys})
		e.w.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				e.w.WriteByte(',')
			}
			e.line(depth + 1)
			e.put(append(appendString(e.part[:0], names[i]), ':', ' '))
			e.value(v.MapIndex(k), depth+1)
		}
		if len(keys) > 0 {
			e.line(depth)
		}
		e.w.WriteByte('}')
	case reflect.Struct:
		e.w.WriteByte('{')
		first := true
		e.fields(v, depth, &first)
		if !first {
			e.line(depth)
		}
		e.w.WriteByte('}')
	default: // functions and channels
		e.w.WriteString("null")
	}
}

func (e *jsonEncoder) fields(v reflect.Value, depth int, first *bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		k := f.Type.Kind()
		if !f.IsExported() || k == reflect.Func || k == reflect.Chan || k == reflect.UnsafePointer {
			continue
		}
		if f.Anonymous && k == reflect.Struct {
			e.fields(v.Field(i), depth, first)
			continue
		}
		if !*first {
			e.w.WriteByte(',')
		}
		*first = false
		e.line(depth + 1)
		e.put(append(appendString(e.part[:0], f.Name), ':', ' '))
		e.value(v.Field(i), depth+1)
	}
}

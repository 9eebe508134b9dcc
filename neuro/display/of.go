package display

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"reflect"
)

// Of returns how v is shown: by its own Show method if it is a [Shower], as a
// picture if it is an image.Image, and otherwise as the text of [Format].
//
// A Show method that panics gives a bundle that says so, not a panic.
func Of(v any) (b Bundle) {
	defer func() {
		if r := recover(); r != nil {
			b = Text(fmt.Sprintf("%T (its Show method failed: %v)", v, r))
		}
	}()
	if s, ok := v.(Shower); ok && !isNil(v) {
		return s.Show()
	}
	if im, ok := v.(image.Image); ok && !isNil(v) {
		var buf bytes.Buffer
		if err := png.Encode(&buf, im); err == nil {
			return PNG(buf.Bytes())
		}
	}
	return Text(Format(v))
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return r.IsNil()
	}
	return v == nil
}

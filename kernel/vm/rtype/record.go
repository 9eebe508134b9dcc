package rtype

import (
	"encoding/binary"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// The runtime's records of types, as internal/abi of Go 1.26 has them. Check
// holds them against what the running toolchain does.
type (
	record struct {
		size       uintptr
		ptrBytes   uintptr // prefix that can hold pointers
		hash       uint32
		flags      uint8
		align      uint8
		fieldAlign uint8
		kind       uint8
		equal      func(p, q unsafe.Pointer) bool
		mask       *byte // bits of the words that are pointers
		str        int32 // name offset
		pointer    int32 // type offset of the type's pointer type, or 0
	}
	arrayRecord struct {
		record
		elem, slice *record
		len         uintptr
	}
	chanRecord struct {
		record
		elem *record
		dir  int
	}
	elemRecord struct { // of pointers and slices
		record
		elem *record
	}
	funcRecord struct { // the parameters' and results' records follow
		record
		in, out uint16 // the top bit of out: variadic
	}
	interfaceRecord struct {
		record
		pkgPath name
		methods []interfaceMethod
	}
	mapRecord struct {
		record
		key, elem, group    *record
		hasher              func(unsafe.Pointer, uintptr) uintptr
		groupSize, slotSize uintptr
		elemOff             uintptr
		flags               uint32
	}
	structRecord struct {
		record
		pkgPath name
		fields  []field
	}
	field struct {
		name   name
		typ    *record
		offset uintptr
	}
	interfaceMethod struct{ name, typ int32 }

	// uncommon follows the record of a type that has a name or methods.
	uncommon struct {
		pkgPath         int32
		count, exported uint16
		methods         uint32 // from here to the methods, in bytes
		_               uint32
	}
	method struct {
		name, typ int32
		ifn, tfn  int32 // code for calls by interface, and of the method value
	}
)

const (
	flagUncommon  = 1 << 0
	flagExtraStar = 1 << 1
	flagNamed     = 1 << 2
	flagRegular   = 1 << 3 // equal when the bytes are
	flagOnDemand  = 1 << 4 // mask is a **byte that the runtime fills in
	flagDirect    = 1 << 5 // an interface holds the value, not its address

	unreachable = -1 // code offset of a method that nobody calls
)

// A name points to an encoded name: flags, the length, the text, a tag, and
// the offset of a package path.
type name struct{ bytes *byte }

const (
	nameExported = 1 << 0
	nameTag      = 1 << 1
	namePath     = 1 << 2
	nameEmbedded = 1 << 3
)

func newName(text, tag string, flags byte) name {
	b := []byte{flags}
	b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	if tag != "" {
		b[0] |= nameTag
		b = append(binary.AppendUvarint(b, uint64(len(tag))), tag...)
	}
	return name{&b[0]}
}

// newMethodName is the name of an unexported method of a package.
func newMethodName(text, pkg string) name {
	b := []byte{namePath}
	b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	b = binary.NativeEndian.AppendUint32(b, uint32(nameOffset(pkg)))
	return name{&b[0]}
}

func (n name) String() string {
	if n.bytes == nil {
		return ""
	}
	size, width := 0, 1
	for shift := 0; ; shift += 7 {
		c := *(*byte)(unsafe.Add(unsafe.Pointer(n.bytes), width))
		size |= int(c&0x7f) << shift
		width++
		if c < 0x80 {
			break
		}
	}
	return unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(n.bytes), width)), size)
}

// addReflectOff gives an address an offset by which the runtime finds it in
// the records of run-time types. It keeps what it points to alive.
//
//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(ptr unsafe.Pointer) int32

//go:linkname resolveNameOff reflect.resolveNameOff
func resolveNameOff(base unsafe.Pointer, off int32) unsafe.Pointer

func nameAt(r *record, off int32) name {
	return name{(*byte)(resolveNameOff(unsafe.Pointer(r), off))}
}

// names has the offsets of names that many types share, such as that of their
// package.
var names sync.Map // string to int32

func nameOffset(text string) int32 {
	if off, ok := names.Load(text); ok {
		return off.(int32)
	}
	off := addReflectOff(unsafe.Pointer(newName(text, "", 0).bytes))
	names.Store(text, off)
	return off
}

// recordOf returns the record of a type.
func recordOf(t reflect.Type) *record {
	return (*record)((*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1])
}

// asType is the other way round.
func (r *record) asType() reflect.Type {
	t := reflect.TypeFor[int]()
	(*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1] = unsafe.Pointer(r)
	return t
}

func (r *record) reflectKind() reflect.Kind { return reflect.Kind(r.kind) }

// alive keeps the records: the runtime has pointers to them in memory that the
// garbage collector does not look at.
var alive struct {
	sync.Mutex
	records []unsafe.Pointer
}

// A blank is a record that is still to be filled in, and what follows it in
// memory.
type blank struct {
	*record
	more    *uncommon
	args    []*record // of a function
	methods []method
}

var recordTypes = map[reflect.Kind]reflect.Type{
	reflect.Array:     reflect.TypeFor[arrayRecord](),
	reflect.Chan:      reflect.TypeFor[chanRecord](),
	reflect.Func:      reflect.TypeFor[funcRecord](),
	reflect.Interface: reflect.TypeFor[interfaceRecord](),
	reflect.Map:       reflect.TypeFor[mapRecord](),
	reflect.Pointer:   reflect.TypeFor[elemRecord](),
	reflect.Slice:     reflect.TypeFor[elemRecord](),
	reflect.Struct:    reflect.TypeFor[structRecord](),
}

// uncommon returns the data about methods behind a record.
func (r *record) uncommon() *uncommon {
	typ, ok := recordTypes[r.reflectKind()]
	if !ok {
		typ = reflect.TypeFor[record]()
	}
	return (*uncommon)(unsafe.Add(unsafe.Pointer(r), typ.Size()))
}

// newRecord allocates a record that starts as a copy of the common part of
// another type's.
func newRecord(like reflect.Type, args, methods int) blank {
	typ, ok := recordTypes[like.Kind()]
	if !ok {
		typ = reflect.TypeFor[record]()
	}
	block := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "R", Type: typ},
		{Name: "U", Type: reflect.TypeFor[uncommon]()},
		{Name: "A", Type: reflect.ArrayOf(args, reflect.TypeFor[*record]())},
		{Name: "M", Type: reflect.ArrayOf(methods, reflect.TypeFor[method]())},
	}))
	at := func(i int) unsafe.Pointer { return block.Elem().Field(i).Addr().UnsafePointer() }
	b := blank{record: (*record)(at(0)), more: (*uncommon)(at(1))}
	if args > 0 {
		b.args = unsafe.Slice((**record)(at(2)), args)
	}
	if methods > 0 {
		b.methods = unsafe.Slice((*method)(at(3)), methods)
	}
	*b.record = *recordOf(like)
	b.flags &^= flagUncommon | flagNamed | flagExtraStar
	b.pointer = 0
	b.more.methods = uint32(uintptr(at(3)) - uintptr(at(1)))
	alive.Lock()
	alive.records = append(alive.records, unsafe.Pointer(b.record))
	alive.Unlock()
	return b
}

// setString names the type as reflect.Type.String does.
func (r *record) setString(s string, exported bool) {
	var flags byte
	if exported {
		flags = nameExported
	}
	r.str = addReflectOff(unsafe.Pointer(newName(s, "", flags).bytes))
	// Package reflect finds types by sums of hashes, and a session may declare
	// the same name many times.
	r.hash = hashes.Add(0x9e3779b9)
}

var hashes atomic.Uint32

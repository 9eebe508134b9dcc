// A generic linked list with an iterator, a map method by a function, generic
// nodes that point at themselves, and lists of lists.
package main

import (
	"fmt"
	"iter"
	"strings"
)

type List[T any] struct {
	head, tail *node[T]
	n          int
}

type node[T any] struct {
	val  T
	next *node[T]
}

func Of[T any](xs ...T) *List[T] {
	l := new(List[T])
	for _, x := range xs {
		l.Push(x)
	}
	return l
}

func (l *List[T]) Push(x T) *List[T] {
	n := &node[T]{val: x}
	if l.head == nil {
		l.head = n
	} else {
		l.tail.next = n
	}
	l.tail = n
	l.n++
	return l
}

func (l *List[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for n := l.head; n != nil && yield(n.val); n = n.next {
		}
	}
}

func (l *List[T]) Reverse() {
	var prev *node[T]
	l.tail = l.head
	for n := l.head; n != nil; {
		n.next, prev, n = prev, n, n.next
	}
	l.head = prev
}

func (l *List[T]) String() string {
	var b strings.Builder
	b.WriteByte('(')
	for x := range l.All() {
		if b.Len() > 1 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, x)
	}
	b.WriteByte(')')
	return b.String()
}

func MapList[A, B any](l *List[A], f func(A) B) *List[B] {
	out := &List[B]{}
	for x := range l.All() {
		out.Push(f(x))
	}
	return out
}

func main() {
	l := Of(1, 2, 3).Push(4)
	fmt.Println(l, l.n)
	l.Reverse()
	l.Push(0)
	fmt.Println(l)
	fmt.Println(MapList(l, func(i int) string { return strings.Repeat("*", i) }))
	nested := Of(Of("a", "b"), Of[string](), Of("c"))
	nested.Reverse()
	fmt.Println(nested)
	fmt.Printf("%v %s %T %T\n", l, l, nested, nested.head)
	fmt.Println(MapList(nested, func(l *List[string]) int { return l.n }))
	fmt.Println([]*List[bool]{Of(true), Of(false)}[1], map[string]*List[int]{"k": Of(7)})
}

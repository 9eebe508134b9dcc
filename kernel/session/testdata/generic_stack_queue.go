// Generic containers with methods, an interface that both implement, embedding
// of an instance, and method values and expressions of instances.
package main

import (
	"errors"
	"fmt"
)

type Container[T any] interface {
	Put(T)
	Get() (T, error)
	Len() int
}

var ErrEmpty = errors.New("empty")

type base[T any] struct{ items []T }

func (b *base[T]) Put(x T) { b.items = append(b.items, x) }
func (b base[T]) Len() int { return len(b.items) }

type Stack[T any] struct{ base[T] }

func (s *Stack[T]) Get() (x T, err error) {
	if s.Len() == 0 {
		return x, fmt.Errorf("stack: %w", ErrEmpty)
	}
	x, s.items = s.items[s.Len()-1], s.items[:s.Len()-1]
	return
}

type Queue[T any] struct {
	*base[T]
	name string
}

func (q Queue[T]) Get() (x T, err error) {
	if q.Len() == 0 {
		return x, fmt.Errorf("queue %s: %w", q.name, ErrEmpty)
	}
	x, q.items = q.items[0], q.items[1:]
	return
}

func drain[T any](c Container[T]) (out []T) {
	for {
		x, err := c.Get()
		if err != nil {
			fmt.Print("[", err, " ", errors.Is(err, ErrEmpty), "] ")
			return
		}
		out = append(out, x)
	}
}

type Job struct{ name string }

type JobStack struct {
	Stack[Job]
	done int
}

func main() {
	s := &Stack[int]{}
	q := Queue[int]{&base[int]{}, "q"}
	for _, c := range []Container[int]{s, q} {
		for i := range 4 {
			c.Put(i * i)
		}
		fmt.Println(c.Len(), drain(c), c.Len())
	}
	var js JobStack
	js.Put(Job{"a"})
	js.Put(Job{"b"})
	j, _ := js.Get()
	fmt.Println(j.name, js.Len(), js.items)
	put := s.Put
	put(5)
	put(6)
	get := (*Stack[int]).Get
	fmt.Println(get(s))
	length := base[int].Len
	fmt.Println(length(s.base), s.base.items)
	var c Container[Job] = &js
	_, isStack := c.(*Stack[Job])
	_, isLen := c.(interface{ Len() int })
	fmt.Println(isStack, isLen)
	fmt.Printf("%T %T %T %T\n", s, q, c, length)
}

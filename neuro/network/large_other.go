//go:build !linux

package network

func adviseLarge([]byte) {}

//go:build unix && !linux

package pgserver

import "syscall"

// processAttributes put a child at the head of a group of its own.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endGroup kills a child with all that it has started.
func endGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }

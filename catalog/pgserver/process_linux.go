package pgserver

import "syscall"

// processAttributes put a child at the head of a group of its own, and end it when we are killed.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT, Setpgid: true}
}

// endGroup kills a child with all that it has started.
func endGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }

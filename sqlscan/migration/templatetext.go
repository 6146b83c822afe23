package migration

import (
	"fmt"
	"strconv"
	"strings"
)

func sprint(args ...any) string { return fmt.Sprint(args...) }

func sprintln(args ...any) string { return fmt.Sprintln(args...) }

// sprintf formats; the first argument is what wide made of the format.
func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args[1:]...) }

// value makes a text of arguments, if it will not be too long.
func (b *budget) value(make func(...any) string, args []any) (string, error) {
	size := 0
	for _, a := range args {
		size += sizeOf(a)
		if size > maxValue {
			return "", errValue
		}
	}
	out := make(args...)
	if len(out) > maxValue {
		return "", errValue
	}
	if b.made -= len(out) + size; b.made < 0 {
		return "", errMade
	}
	return out, nil
}

// padding stands for text that a format adds to its arguments: so many bytes.
type padding int

func sizeOf(a any) int {
	switch x := a.(type) {
	case string:
		return len(x)
	case []byte:
		return len(x)
	case padding:
		return int(x)
	case map[string]any:
		size := 0
		for key, value := range x {
			size += len(key) + sizeOf(value)
		}
		return size
	}
	return 64
}

// wide is the padding that a format asks for: widths and precisions, and arguments that it repeats
// by their indexes.
func wide(format string) padding {
	total := padding(len(format))
	for _, verb := range strings.Split(format, "%")[1:] {
		for _, number := range strings.FieldsFunc(verb, func(r rune) bool { return r < '0' || r > '9' }) {
			if n, err := strconv.Atoi(number); err != nil || n > maxValue {
				return maxValue + 1
			} else {
				total += padding(n)
			}
		}
		if strings.ContainsAny(verb, "*[") {
			return maxValue + 1
		}
	}
	return total
}

package storage

import (
	"io"
	"os"
)

// tempDir returns the directory for spilled files. It lies in the store's own, so
// that the next open removes what a crash leaves.
func (l *loader) tempDir() (string, error) {
	l.dirOnce.Do(func() {
		parent := l.store.path
		if l.store.options.InMemory {
			parent = ""
		}
		l.dir, l.dirErr = os.MkdirTemp(parent, "load-*")
	})
	return l.dir, l.dirErr
}

// tempFile makes a file for spilling, and a writer to it.
func (l *loader) tempFile(pattern string) (*os.File, io.Writer, error) {
	dir, err := l.tempDir()
	if err != nil {
		return nil, nil, err
	}
	f, err := os.CreateTemp(dir, pattern)
	return f, &tempWriter{f, l.store.engine}, err
}

// tempWriter writes to a file, unless a test wants the write to fail half way.
type tempWriter struct {
	f *os.File
	e *engine
}

func (w *tempWriter) Write(b []byte) (int, error) {
	if err := w.e.inject("file"); err != nil {
		n, _ := w.f.Write(b[:len(b)/2])
		return n, err
	}
	return w.f.Write(b)
}

// spilled reports whether a part was spilled, or anything else. Nothing is being
// read any more.
func (l *loader) spilled() bool { return l.dir != "" }

// removeFile closes a temporary file and removes it.
func removeFile(f *os.File) {
	name := f.Name()
	f.Close()
	os.Remove(name)
}

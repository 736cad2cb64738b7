package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Badger holds the lock itself (flock on its LOCK file). The holder's name is
// written beside it, for the error message of whoever comes second.
const holderFile = "HOLDER"

func writeHolder(path string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	text := fmt.Sprintf("process %d (%s) on %s since %s\n", os.Getpid(), filepath.Base(os.Args[0]), host, time.Now().UTC().Format(time.RFC3339))
	return os.WriteFile(filepath.Join(path, holderFile), []byte(text), 0o644)
}

func readHolder(path string) string {
	b, err := os.ReadFile(filepath.Join(path, holderFile))
	if text := strings.TrimSpace(string(b)); err == nil && text != "" {
		return text
	}
	return "another process"
}

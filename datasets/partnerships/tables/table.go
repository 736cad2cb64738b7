package tables

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// row is one line of a table, its fields by column name. It knows where it
// stands, so that an error can say which line to correct.
type row struct {
	file   string
	line   int
	names  []string
	index  map[string]int
	fields []string
}

// get returns the field of the named column, "" if the table has none.
func (r row) get(column string) string {
	i, ok := r.index[column]
	if !ok {
		return ""
	}
	return r.fields[i]
}

// errorf returns an error that names the file and line.
func (r row) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", r.file, r.line, fmt.Errorf(format, args...))
}

// readTable reads a whole table. Its first line names the columns.
func readTable(dir fs.FS, name string) ([]row, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = false
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	index := make(map[string]int, len(header))
	for i, column := range header {
		index[column] = i
	}
	var rows []row
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := in.FieldPos(0)
		rows = append(rows, row{file: name, line: line, names: header, index: index, fields: fields})
	}
}

package query

import (
	"errors"

	"github.com/ententedb/entente/query/internal/exec"
	"github.com/ententedb/entente/query/internal/plan"
)

// Errors that a caller may want to tell apart, with errors.Is. Mistakes in the
// text of a query are of the type of the parser that found them, with line and
// column.
var (
	// ErrMemory: the query needed more memory than its budget and could not spill.
	// See WithMemory.
	ErrMemory = exec.ErrMemory
	// ErrSpill: the temporary files of the query passed their limit. See WithMaxSpill.
	ErrSpill = exec.ErrSpill
	// ErrTimeout: the query ran longer than WithTimeout allows.
	ErrTimeout = errors.New("query: time limit passed")
	// ErrRowLimit: the result has more rows than WithMaxRows allows.
	ErrRowLimit = errors.New("query: row limit passed")
	// ErrTooLarge: the query has more patterns in one group than are planned.
	ErrTooLarge = plan.ErrTooLarge
	// ErrServiceDenied: the query has a SERVICE clause, and its endpoint is not allowed.
	ErrServiceDenied = errors.New("query: SERVICE is not allowed")
	// ErrLoadDenied: the update has a LOAD operation, and it is not allowed.
	ErrLoadDenied = errors.New("query: LOAD is not allowed")
	// ErrDatasetConflict: an update has USING or WITH, and WithDataset gives its dataset too.
	ErrDatasetConflict = errors.New("query: USING or WITH in an update whose dataset the request gives already")
	// ErrGraphExists and ErrNoGraph: CREATE of a graph that exists; CLEAR, DROP, COPY, MOVE or ADD
	// of one that does not.
	ErrGraphExists = errors.New("query: the graph exists already")
	ErrNoGraph     = errors.New("query: there is no such graph")
	// ErrClosed: the results were used after Close.
	ErrClosed = errors.New("query: results are closed")
	// ErrForm: the results are not of the form asked for, such as Boolean of a SELECT.
	ErrForm = errors.New("query: not a result of this form")
)

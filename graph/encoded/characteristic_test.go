package encoded

import "testing"

func TestCharacteristicSets_Star(t *testing.T) {
	const name, mail, age, rare = Term(101), Term(102), Term(103), Term(104)
	c := &CharacteristicSets{
		Sets: []CharacteristicSet{
			{Predicates: []Term{name, mail}, Triples: []uint64{10, 20}, Subjects: 10},
			{Predicates: []Term{name, age}, Triples: []uint64{8, 4}, Subjects: 4},
			{Predicates: []Term{name}, Triples: []uint64{3}, Subjects: 3},
		},
		RestSubjects: 2,
		Rest:         map[Term]PredicateStats{rare: {Triples: 4, Subjects: 2}, name: {Triples: 1, Subjects: 1}},
	}
	for _, x := range []struct {
		predicates     []Term
		subjects, rows float64
	}{
		{nil, 0, 0},
		{[]Term{name}, 18, 22},
		{[]Term{mail}, 10, 20},
		{[]Term{mail, name}, 10, 20},
		{[]Term{age, name}, 4, 8},
		{[]Term{mail, age}, 0, 0},
		{[]Term{rare}, 2, 4},
		{[]Term{rare, name}, 1, 2},
		{[]Term{99}, 0, 0},
	} {
		if subjects, rows := c.Star(x.predicates...); subjects != x.subjects || rows != x.rows {
			t.Errorf("star of %v: %g subjects, %g rows, want %g and %g", x.predicates, subjects, rows, x.subjects, x.rows)
		}
	}
}

package config

// nearest is the name of the list that was likely meant by one that is not in
// it; "" when none is near. Names of the same distance: the first by alphabet,
// for the text to be the same every time.
func (l *nameList) nearest(name string) string {
	form := normal(name)
	if l == nil || len(form) < 3 || len(form) > 64 {
		return ""
	}
	best, bestName := 1+len(form)/3, ""
	for candidate := range l.byName {
		d := Distance(form, normal(candidate))
		if d < best || d == best && bestName != "" && candidate < bestName {
			best, bestName = d, candidate
		}
	}
	return bestName
}

// Distance is how many letters must be put in, taken out or changed to make b
// of a (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

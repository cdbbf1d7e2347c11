package diag

// Stacked puts the findings of several stacks together: lists[i] are those of
// names[i]. What several stacks have is one finding, which names them all in
// that order.
func Stacked(names []string, lists []List) List {
	var all List
	at := map[Finding]int{}
	for i, list := range lists {
		for _, f := range list.Sorted() {
			key := f
			if key.Pos.Line > 0 { // as Sorted has it
				key.Object = ""
			}
			if n, ok := at[key]; ok {
				all[n].Stacks += ", " + names[i]
				continue
			}
			f.Stacks = names[i]
			at[key] = len(all)
			all = append(all, f)
		}
	}
	return all.Sorted()
}

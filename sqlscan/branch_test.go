package sqlscan

import "testing"

// TestBranches: whether the INSERT of a body runs in a trigger of UPDATE.
func TestBranches(t *testing.T) {
	for body, want := range map[string]truth{
		"INSERT INTO l VALUES (1);":                                                           doesHold,
		"IF TG_OP = 'UPDATE' THEN INSERT INTO l VALUES (1); END IF;":                          doesHold,
		"IF TG_OP <> 'UPDATE' THEN INSERT INTO l VALUES (1); END IF;":                         neverHolds,
		"IF TG_OP IN ('INSERT', 'DELETE') THEN RETURN NEW; END IF; INSERT INTO l VALUES (1);": doesHold,
		"IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; INSERT INTO l VALUES (1);":              neverHolds,
		"IF NEW.a = 1 THEN INSERT INTO l VALUES (1); END IF;":                                 mayHold,
		"IF NEW.a = 1 THEN RETURN NEW; END IF; INSERT INTO l VALUES (1);":                     mayHold,
		"LOOP EXIT; END LOOP; INSERT INTO l VALUES (1);":                                      doesHold,
		"LOOP RETURN NEW; END LOOP; INSERT INTO l VALUES (1);":                                mayHold,
		"LOOP INSERT INTO l VALUES (1); EXIT; END LOOP;":                                      mayHold,
	} {
		p := plpgsqlBody("schemavet() RETURNS trigger", "BEGIN "+body+" RETURN NEW; END")
		got, found := mayHold, false
		for _, s := range p.statements {
			if s.st.Kind().ChangesRows() {
				if got, found = s.runs('u'), true; got == doesHold && !s.certain {
					got = mayHold
				}
			}
		}
		if !found || got != want {
			t.Errorf("%s: %d, want %d (found %v)", body, got, want, found)
		}
	}
}

package values_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
)

// TestSchemaFindings pins what a user reads, for each keyword and each trap.
func TestSchemaFindings(t *testing.T) {
	t.Parallel()
	schema := compile(t)
	for _, c := range []struct{ name, in, want string }{
		{"good", `name: flink
accountId: "011122223333"
enabled: true
ratio: 0.5
quantity: 1.10
jobs: {a: {team: x, jarURI: y}}
`, ``},
		{"unknown key", `nmae: x
name: flink
`, `
			f.yaml:1:1: error FLK010 nmae: unknown key "nmae"
			    did you mean "name"?
		`},
		{"unknown key, other case", `Account-ID: x`, `
			f.yaml:1:1: error FLK010 Account-ID: unknown key "Account-ID"
			    did you mean "accountId"?
		`},
		{"unknown key, far from all", `jobs: {a: {team: x, sql: y, wibble: 1}}`, `
			f.yaml:1:29: error FLK010 jobs.a.wibble: unknown key "wibble"
			    the keys here are args, backend, env, jarURI, parallelism, pool, python, sql, taskManager, team
		`},
		{"unknown key of a level below", `jobs: {a: {team: x, sql: y, slots: 1}}`, `
			f.yaml:1:29: error FLK010 jobs.a.slots: unknown key "slots"
			    did you mean taskManager.slots?
		`},
		{"unknown key of a level above", `jobs:
  a: {team: x, sql: y}
  taskManager: {parallelism: 2}
`, `
			f.yaml:3:3: error FLK012 jobs.taskManager.team: the key "team" is missing
			    team: the team that owns the job
			f.yaml:3:16: error FLK017 jobs.taskManager: want one of the keys jarURI, python or sql
		`},
		{"key of the wrong level", `jobs:
  a:
    team: x
    sql: y
    taskManager:
      slots: 2
      parallelism: 3
`, `
			f.yaml:7:7: error FLK010 jobs.a.taskManager.parallelism: unknown key "parallelism"
			    it is a key of jobs.a: check the indentation
		`},
		{"unknown key that is null", `jobs: {a: {team: x, sql: y, wibble: ~}}
mod: null
`, `
			f.yaml:1:29: error FLK010 jobs.a.wibble: unknown key "wibble"
			    the keys here are args, backend, env, jarURI, parallelism, pool, python, sql, taskManager, team
			f.yaml:2:1: error FLK010 mod: unknown key "mod"
			    did you mean "mode"?
		`},
		{"key with dots", `tags: {a.b: x}`, `
			f.yaml:1:8: error FLK014 tags["a.b"]: want as the key a lower-case word, got "a.b"
		`},
		{"type: text for an integer", `jobs: {a: {team: x, sql: y, parallelism: four}}`, `
			f.yaml:1:42: error FLK011 jobs.a.parallelism: want an integer, got string "four"
		`},
		{"type: quoted integer", `jobs: {a: {team: x, sql: y, parallelism: "4"}}`, `
			f.yaml:1:42: error FLK011 jobs.a.parallelism: want an integer, got string "4"
			    remove the quotes
		`},
		{"type: float for an integer", `jobs: {a: {team: x, sql: y, parallelism: 1.5}}`, `
			f.yaml:1:42: error FLK011 jobs.a.parallelism: want an integer, got 1.5
		`},
		{"type: yes", `enabled: yes`, `
			f.yaml:1:10: error FLK011 enabled: want true or false, got string "yes"
			    write true
		`},
		{"type: off", `enabled: Off`, `
			f.yaml:1:10: error FLK011 enabled: want true or false, got string "Off"
			    write false
		`},
		{"type: quoted boolean", `enabled: "true"`, `
			f.yaml:1:10: error FLK011 enabled: want true or false, got string "true"
			    remove the quotes
		`},
		{"type: number for a string", `plain: 5`, `
			f.yaml:1:8: error FLK011 plain: want a string, got 5
		`},
		{"type: boolean for a string", `jobs: {a: {team: true, sql: y}}`, `
			f.yaml:1:18: error FLK011 jobs.a.team: want a string, got true
			    quote it: "true"
		`},
		{"type: mapping for a string, in block style", `jobs:
  a:
    sql: y
    team:
      name: x
`, `
			f.yaml:4:5: error FLK011 jobs.a.team: want a string, got a mapping
		`},
		{"type: list for a mapping", `jobs:
- a
`, `
			f.yaml:1:1: error FLK011 jobs: want a mapping, got a list
			    write a mapping, each entry with its name as the key
		`},
		{"type: scalar for a list", `zones: a`, `
			f.yaml:1:8: error FLK011 zones: want a list, got string "a"
			    write a list: [a]
		`},
		{"type: null in a list", `zones: [a, ~]`, `
			f.yaml:1:12: error FLK011 zones[1]: want a string, got null
		`},
		{"type: what is free is not shown", `jobs: {a: {team: x, sql: y, env: {P: [hunter2]}, args: hunter2}}`, `
			f.yaml:1:38: error FLK011 jobs.a.env.P: want a string, got a list
			f.yaml:1:56: error FLK011 jobs.a.args: want a list, got a string
		`},
		{"quote it: octal account", `accountId: 011122223333`, `
			f.yaml:1:12: error FLK016 accountId: 011122223333 is read as a number
			    quote it: "011122223333"
		`},
		{"quote it: account with 8 and 9", `accountId: 011122228999`, `
			f.yaml:1:12: error FLK016 accountId: 011122228999 is read as a number
			    quote it: "011122228999"
		`},
		{"quote it: version", `version: 1.10`, `
			f.yaml:1:10: error FLK016 version: 1.10 is read as a number
			    quote it: "1.10"
		`},
		{"quote it: underscores", `version: 1_20`, `
			f.yaml:1:10: error FLK016 version: 1_20 is read as a number
			    quote it: "1_20"
		`},
		{"octal integer", `jobs: {a: {team: x, sql: y, parallelism: 017}}`, `
			f.yaml:1:42: error FLK011 jobs.a.parallelism: want a plain decimal number, got 017, which is read as 15
			    write 15, or what is meant
		`},
		{"hexadecimal integer", `step: 0x0F`, `
			f.yaml:1:7: error FLK011 step: want a plain decimal number, got 0x0F, which is read as 15
			    write 15, or what is meant
		`},
		{"integer with underscores", `step: 1_000`, `
			f.yaml:1:7: error FLK011 step: want a plain decimal number, got 1_000, which is read as 1000
			    write 1000, or what is meant
		`},
		{"odd numbers where text is taken too", `quantity: 017
free: {mode: 0644}
`, ``},
		{"missing key", `jobs:
  a:
    sql: y
`, `
			f.yaml:2:3: error FLK012 jobs.a.team: the key "team" is missing
			    team: the team that owns the job
		`},
		{"missing key that is null", `jobs: {a: {sql: y, team: ~}}`, `
			f.yaml:1:26: error FLK012 jobs.a.team: the key "team" is null
			    team: the team that owns the job
		`},
		{"dependent key", `pair: {a: 1}`, `
			f.yaml:1:1: error FLK012 pair.b: the key "b" is missing; "a" needs it
		`},
		{"then", `when: {kind: big}`, `
			f.yaml:1:1: error FLK012 when.size: the key "size" is missing
		`},
		{"enum near miss", `mode: exactly_once`, `
			f.yaml:1:7: error FLK013 mode: want one of exactly-once, at-least-once; got "exactly_once"
			    did you mean "exactly-once"?
		`},
		{"enum far", `mode: never`, `
			f.yaml:1:7: error FLK013 mode: want one of exactly-once, at-least-once; got "never"
			    see the guide
		`},
		{"pattern in words", `name: Flink`, `
			f.yaml:1:7: error FLK014 name: want lower-case letters, got "Flink"
			    names become labels
		`},
		{"pattern without words", `plain: A1`, `
			f.yaml:1:8: error FLK014 plain: want text of the form ^[a-z]+$, got "A1"
		`},
		{"format", `url: x y`, `
			f.yaml:1:6: error FLK014 url: want a uri, got "x y"
		`},
		{"pattern of a secret", `secret: hunter2`, `
			f.yaml:1:9: error FLK014 secret: want text of the form ^s-, got a string
		`},
		{"key pattern", `tags: {Bad: x}`, `
			f.yaml:1:8: error FLK014 tags.Bad: want as the key a lower-case word, got "Bad"
		`},
		{"min and max length", `name: a`, `
			f.yaml:1:7: error FLK015 name: want at least 2 characters, got 1
			    names become labels
		`},
		{"max length", `name: aaaaaaaaaaaaaa`, `
			f.yaml:1:7: error FLK015 name: want at most 10 characters, got 14
			    names become labels
		`},
		{"min and max", `jobs: {a: {team: x, sql: y, parallelism: 0}, b: {team: x, sql: y, parallelism: 101}}`, `
			f.yaml:1:42: error FLK015 jobs.a.parallelism: want at least 1, got 0
			f.yaml:1:80: error FLK015 jobs.b.parallelism: want at most 100, got 101
		`},
		{"exclusive bounds", `ratio: 0`, `
			f.yaml:1:8: error FLK015 ratio: want more than 0, got 0
		`},
		{"exclusive maximum", `ratio: 1`, `
			f.yaml:1:8: error FLK015 ratio: want less than 1, got 1
		`},
		{"multiple", `step: 7`, `
			f.yaml:1:7: error FLK015 step: want a multiple of 5, got 7
		`},
		{"min items", `zones: []`, `
			f.yaml:1:8: error FLK015 zones: want at least 1 item, got 0
		`},
		{"max items, not unique", `zones: [a, b, a]`, `
			f.yaml:1:8: error FLK015 zones: the items 0 and 2 are equal
			f.yaml:1:8: error FLK015 zones: want at most 2 items, got 3
		`},
		{"min keys", `tags: {}`, `
			f.yaml:1:7: error FLK015 tags: want at least 1 key, got 0
		`},
		{"max keys", `tags: {a: x, b: x, c: x}`, `
			f.yaml:1:7: error FLK015 tags: want at most 2 keys, got 3
		`},
		{"contains", `has: [2, 3]`, `
			f.yaml:1:6: error FLK015 has: too few or too many of the items are as wanted
		`},
		{"not both", `notBoth: {x: 1, z: 2, y: 2}`, `
			f.yaml:1:23: error FLK017 notBoth.y: x and y exclude one another
			    keep one of them
		`},
		{"never", `never: 1`, `
			f.yaml:1:1: error FLK017 never: "never" is not allowed here
		`},
		{"unevaluated", `sealed: {a: x, b: 1, c: 2}`, `
			f.yaml:1:22: error FLK010 sealed.c: unknown key "c"
			    the keys here are a, b
		`},
		{"keys that exclude one another", `jobs:
  a:
    team: x
    python: p
    jarURI: j
`, `
			f.yaml:5:5: error FLK017 jobs.a.jarURI: jarURI and python exclude one another
			    keep one of them
		`},
		{"none of the alternatives", `jobs: {a: {team: x}}`, `
			f.yaml:1:11: error FLK017 jobs.a: want one of the keys jarURI, python or sql
		`},
		{"branch by kind: mapping", `jobs: {a: {team: x, sql: y, pool: {jobManger: x}}}`, `
			f.yaml:1:36: error FLK010 jobs.a.pool.jobManger: unknown key "jobManger"
			    did you mean "jobManager"?
		`},
		{"branch by kind: none", `jobs: {a: {team: x, sql: y, pool: [a]}}`, `
			f.yaml:1:35: error FLK011 jobs.a.pool: want the name of a pool (a string) or a pool each (a mapping with jobManager and taskManager); got a list
		`},
		{"branch by constant", `jobs: {a: {team: x, sql: y, backend: {type: heap, size: big}}}`, `
			f.yaml:1:57: error FLK011 jobs.a.backend.size: want an integer, got string "big"
		`},
		{"branch by constant: none", `jobs: {a: {team: x, sql: y, backend: {type: rocksbd, dir: x}}}`, `
			f.yaml:1:45: error FLK013 jobs.a.backend.type: want one of rocksdb, heap; got "rocksbd"
			    did you mean "rocksdb"?
		`},
		{"branches that take the same kind", `any: c`, `
			f.yaml:1:6: error FLK014 any: want a word with a or a word with b; got "c"
		`},
		{"placeholders", `name: $NAME
plain: a${B}c
url: s3://<ENTER_BUCKET>/x
accountId: xxxxxxxxxxxx
free: arn:aws:iam::xxxxxxxxx:role/a
`, `
			f.yaml:1:7: error FLK018 name: the placeholder $NAME is still there
			    write the value that it stands for
			f.yaml:2:8: error FLK018 plain: the placeholder ${B} is still there
			    write the value that it stands for
			f.yaml:3:6: error FLK018 url: the placeholder <ENTER_BUCKET> is still there
			    write the value that it stands for
			f.yaml:4:12: error FLK018 accountId: the placeholder xxxxxxxxxxxx is still there
			    write the value that it stands for
			f.yaml:5:7: error FLK018 free: the placeholder xxxxxxxxx is still there
			    write the value that it stands for
		`},
		{"placeholder as a key", `jobs: {<YOUR_JOB>: {team: x, sql: y}}`, `
			f.yaml:1:8: error FLK018 jobs.<YOUR_JOB>: the placeholder <YOUR_JOB> is still there
			    write the value that it stands for
		`},
		{"no placeholders", `free: {main: com.example.Orders$Main, price: 5$, a: a <b> c, b: $5, c: $(x)}`, ``},
		{"placeholders where they are allowed", `jobs: {a: {team: x, sql: y, args: [$TOPIC, '${X}'], env: {A: $B, C: <ENTER_SECRET>}}}`, `
			f.yaml:1:69: error FLK018 jobs.a.env.C: the placeholder <ENTER_SECRET> is still there
			    write the value that it stands for
		`},
		{"all at once", `name: A
accountId: 5
enabled: on
wibble: 1
`, `
			f.yaml:1:7: error FLK014 name: want lower-case letters, got "A"
			    names become labels
			f.yaml:1:7: error FLK015 name: want at least 2 characters, got 1
			    names become labels
			f.yaml:2:12: error FLK016 accountId: 5 is read as a number
			    quote it: "5"
			f.yaml:3:10: error FLK011 enabled: want true or false, got string "on"
			    write true
			f.yaml:4:1: error FLK010 wibble: unknown key "wibble"
			    the keys here are accountId, any, enabled, free, has, jobs, mode, name, notBoth, pair, plain, quantity, ratio, sealed, secret, step, tags, url, version, when, zones
		`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, findings := load(t, schema, values.Input{Files: []values.Source{file(c.in)}})
			check(t, findings, c.want)
		})
	}
}

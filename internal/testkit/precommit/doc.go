// Package precommit holds only tests: they run the hooks of the repository's .pre-commit-hooks.yaml with the real
// pre-commit, on real commits in throw-away repositories. Nothing imports it, and it imports nothing of the project but
// testkit.
package precommit

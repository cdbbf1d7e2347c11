// Package spec turns the user's values into a Platform, the typed form with
// every default filled in and every name derived, and a Platform into the
// values of our charts, one explicit map per chart. Of the objects that the
// charts render it says which values each of their fields comes from (Locator).
//
// It judges values only where nothing could be rendered from them: references
// and name clashes. Everything else is judged on the objects.
//
// It may import values, flink, aws, manifest and diag.
package spec

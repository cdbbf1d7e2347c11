// Package doctest reads the project's Markdown pages for a test that runs what stands in them: every command block, every
// snippet of values, every link. Nothing imports it but its own tests.
//
// A block is a fence with a language. Of these the test knows:
//
//	sh       a shell script, run as it stands; it must end with 0
//	console  commands behind "$ ", each with what it writes; commands without any are run and their output is not compared
//	yaml     values, if all its keys are keys of the values; validated
//	json     parsed
//
// A comment on a line of its own before a fence says what is different about it, and is not in the rendered page:
//
//	<!-- doctest: file NAME -->      the block is written to NAME in the page's folder, for the commands that follow
//	<!-- doctest: before COMMAND --> a command that is run before the block, such as one that breaks a file; may be repeated
//	<!-- doctest: exit 0 3 -->       the exit codes of the commands, in their order; 0 for those that are not named
//	<!-- doctest: live 0 3 -->       it needs a cluster, and runs on a control plane with a played operator; codes as above.
//	                                 Who asks for a name to be typed gets no answer, which is 4
//	<!-- doctest: cluster -->        it needs a real cluster: it is parsed by the shell, and each `helm flink` in it by the program
//	<!-- doctest: skip REASON -->    it cannot be run here, for a reason; parsed in the same way
//	<!-- doctest: parse REASON -->   YAML that is no values: parsed only
//
// The commands of a page run from top to bottom in one folder, which begins with the files of testdata/docs/common.txtar and
// testdata/docs/<page>.txtar; what stands before the first file of those is a script that is run first.
package doctest

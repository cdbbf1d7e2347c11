// Package pages tests what helm-flink report writes in the programs that people
// open it with: pages in a real browser, Debian's Chromium, and pictures in Mermaid
// and Graphviz.
package pages

"""The tests of docgen: real parts only; the tree mirrors src/docgen."""

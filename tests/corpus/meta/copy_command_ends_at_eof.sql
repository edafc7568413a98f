\copy t from stdin
a
b
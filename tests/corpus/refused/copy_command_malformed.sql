\copy t stdin

\copy t to program 'cat'

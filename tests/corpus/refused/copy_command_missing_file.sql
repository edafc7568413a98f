\copy t from 'no_such_file.csv'

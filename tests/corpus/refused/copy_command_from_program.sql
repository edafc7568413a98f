\copy t from program 'true'

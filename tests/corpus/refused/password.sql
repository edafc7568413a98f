\password someone

\t x

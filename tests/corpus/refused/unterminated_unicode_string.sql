SELECT U&'abc;

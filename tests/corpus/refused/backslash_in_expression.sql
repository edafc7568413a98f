SELECT a \ b;

\sf

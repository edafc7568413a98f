\ef f

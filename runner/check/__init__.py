"""What a look at the scripts alone can tell, before anything is connected."""

\lo_import 'included/broken.sql'

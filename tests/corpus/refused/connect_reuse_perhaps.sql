\connect -reuse-previous=perhaps postgres

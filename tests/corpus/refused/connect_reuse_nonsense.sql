\connect -reuse-previous=nonsense postgres

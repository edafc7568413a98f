\restrict

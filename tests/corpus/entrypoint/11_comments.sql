/* a comment; /* in it */ one more */ -- ; and 'this'
-- nothing but comments

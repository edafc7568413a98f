COPY t FROM PROGRAM 'cat; echo from stdin';

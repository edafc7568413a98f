cReAtE oR rEpLaCe FuNcTiOn f() rEtUrNs int bEgIn AtOmIc SELECT 1; eNd; SELECT 2;

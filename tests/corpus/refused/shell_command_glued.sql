\!true

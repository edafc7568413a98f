\timing maybe

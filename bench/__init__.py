"""The benchmark behind ``make bench``: our client against what people use today."""

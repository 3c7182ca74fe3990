"""Activities: decode, one planning or gateway call, encode. Each may run twice without harm."""

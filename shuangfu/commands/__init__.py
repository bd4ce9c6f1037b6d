"""The commands of `shuangfu`: what is asked for on the command line, and how it is answered there."""

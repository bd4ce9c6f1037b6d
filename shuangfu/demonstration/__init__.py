"""The whole job on invented data, over HTTP: what `shuangfu demo` runs and prints."""

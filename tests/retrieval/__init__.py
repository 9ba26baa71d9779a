"""The library's tests; they mirror its folders."""

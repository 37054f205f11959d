// What the package offers to programs that import it.
export {}

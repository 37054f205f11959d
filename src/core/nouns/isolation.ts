// How far an agent's processes are kept from the machine and the network.

/** strict: basic, and a filter on what may be asked of the kernel. */
export type Isolation = 'strict' | 'basic' | 'none'
/** model: nothing but the servers that an order names, through a bridge. */
export type Network = 'none' | 'model' | 'all'

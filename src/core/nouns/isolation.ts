// How far an agent's processes are kept from the machine and the network.

export type Isolation = 'basic' | 'none'
export type Network = 'none' | 'all'

// The numbers under which the two kernels that isolation `strict` knows take what it refuses.

export type Architecture = 'x64' | 'arm64'

export interface Kernel {
  /** How a filter sees it: the AUDIT_ARCH of its native calls. */
  readonly audit: number
  readonly calls: Readonly<Record<CallName, number | undefined>>
}

/** Calls beyond this number were made after this table (463 to 466 came with Linux 6.13): nobody has looked at them. */
export const lastKnown = 466

/** [x86-64, arm64]; a call that one of them never had has no number there. */
const numbers = {
  // Looking into other processes, and out of this one.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  // What is mounted where, and from where.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  swapon: [167, 224],
  swapoff: [168, 225],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  open_by_handle_at: [304, 265],
  name_to_handle_at: [303, 264],
  fanotify_init: [300, 262],
  ustat: [136, undefined],
  sysfs: [139, undefined],
  uselib: [134, undefined],
  // Other namespaces.
  setns: [308, 268],
  unshare: [272, 97],
  clone: [56, 220],
  clone3: [435, 435],
  // Machines inside the kernel.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  lookup_dcookie: [212, 18],
  // Keys, which know no namespaces.
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // The machine itself.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  create_module: [174, undefined],
  get_kernel_syms: [177, undefined],
  query_module: [178, undefined],
  reboot: [169, 142],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  acct: [163, 89],
  syslog: [103, 116],
  vhangup: [153, 58],
  nfsservctl: [180, 42],
  iopl: [172, undefined],
  ioperm: [173, undefined],
  modify_ldt: [154, undefined],
  _sysctl: [156, undefined],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  // Looked at more closely, and not refused as a whole.
  socket: [41, 198],
  socketpair: [53, 199],
  ioctl: [16, 29],
  personality: [135, 92],
} as const satisfies Readonly<Record<string, readonly [number | undefined, number | undefined]>>

export type CallName = keyof typeof numbers

function column(at: 0 | 1): Readonly<Record<CallName, number | undefined>> {
  const pairs = Object.entries(numbers).map(([name, pair]) => [name, pair[at]])
  return Object.fromEntries(pairs) as Record<CallName, number | undefined>
}

export const kernels: Readonly<Record<Architecture, Kernel>> = {
  x64: { audit: 0xc000_003e, calls: column(0) },
  arm64: { audit: 0xc000_00b7, calls: column(1) },
}

/**
 * What both services do without. Left out on purpose, each seen to fail with systemd 252 on Linux 6.1: ProtectKernelTunables (bpffs is
 * read-only, whatever ReadWritePaths says), MemoryDenyWriteExecute (V8 ends by SIGTRAP), PrivateUsers (EPERM). ProcSubset=pid
 * would hide /proc/kallsyms, and PrivateBPF (systemd 258) has a bpffs of its own. PrivateNetwork brings a /sys of its own by systemd 257:
 * that the machine's bpffs is unmounted would not be seen, and all be detached when the unit stops. Without, AF_UNIX is all there is.
 */
export const hardening = `\
# Loading and attaching takes CAP_BPF and CAP_PERFMON. Programs that are named by id or tag, functions of BPF programs, and
# functions of modules take CAP_SYS_ADMIN too: "systemctl edit", and CapabilityBoundingSet=CAP_SYS_ADMIN adds it.
CapabilityBoundingSet=CAP_BPF CAP_PERFMON
# Before Linux 5.11, what programs and maps take counts as locked memory.
LimitMEMLOCK=infinity
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=bpf
SystemCallErrorNumber=EPERM
UMask=0077
# What is kept between runs, to be faster; apart from that of root without all this, for code is among it.
CacheDirectory=fentryctl/units
CacheDirectoryMode=0700`;

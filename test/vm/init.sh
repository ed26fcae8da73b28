#!/bin/busybox sh
# First process of the guest, in the initramfs: makes a root that can be written (in memory) of the host's, or of a Debian
# that lies there, and goes to it.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec </dev/null >/dev/ttyS0 2>&1
# Any failure ends this process, and the kernel then panics: the host cannot overlook it.
set -e

for module in $(cat /modules); do insmod "/modules.d/$module"; done
echo fentryctl-vm-up

share() { # TAG DIRECTORY OPTIONS
  mkdir -p "$2"
  mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2"
}

share host /host ro,cache=loose
share run /vm ro
lower=/host
[ ! -f /vm/tree ] || lower=/host$(cat /vm/tree)
mount -t tmpfs -o size=75% tmpfs /changes
mkdir /changes/upper /changes/work
mount -t overlay -o "lowerdir=$lower,upperdir=/changes/upper,workdir=/changes/work" overlay /new
mount --bind /new /layer

for directory in proc sys dev; do mount --move "/$directory" "/new/$directory"; done
mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /new/dev/pts
for directory in dev/shm tmp run; do mount -t tmpfs -o mode=1777 tmpfs "/new/$directory"; done
if [ ! -f /vm/tree ]; then # systemd mounts these
  mount -t bpf -o mode=700 bpf /new/sys/fs/bpf
  mount -t tracefs tracefs /new/sys/kernel/tracing
  mount -t debugfs debugfs /new/sys/kernel/debug
  mount -t securityfs securityfs /new/sys/kernel/security
fi
share kernel-modules "/new/lib/modules/$(uname -r)" ro,cache=loose
mkdir -p /new/run/fentryctl-vm
mount --move /vm /new/run/fentryctl-vm

# A checkout below /tmp or /run has just been covered: lay it open again.
while IFS= read -r directory; do
  mkdir -p "/new$directory"
  mount --bind "/layer$directory" "/new$directory"
done </new/run/fentryctl-vm/uncover
index=0
while IFS= read -r directory; do
  share "share$index" "/new$directory" rw
  index=$((index + 1))
done </new/run/fentryctl-vm/shares
umount /layer
cp /bin/busybox /guest.sh /new/run/
[ -f /new/run/fentryctl-vm/tree ] || exec switch_root /new /run/busybox sh /run/guest.sh

over=0
while IFS= read -r path; do
  if [ -d "/host$path" ]; then
    mkdir -p "/new$path" "/changes/over$over/upper" "/changes/over$over/work"
    layers="lowerdir=/host$path,upperdir=/changes/over$over/upper,workdir=/changes/over$over/work"
    mount -t overlay -o "$layers" overlay "/new$path"
    over=$((over + 1))
  else
    mkdir -p "/new$(dirname "$path")"
    : >"/new$path"
    mount --bind "/host$path" "/new$path"
  fi
done </new/run/fentryctl-vm/visible
# What an earlier boot left, as a disk would keep it.
while IFS= read -r directory; do
  cp -af "/new$directory/." /new/
done </new/run/fentryctl-vm/disk
units=/new/etc/systemd/system
mkdir -p "$units/multi-user.target.wants"
cat >"$units/fentryctl-vm.service" <<END
[Service]
ExecStart=/run/busybox sh /run/guest.sh
END
ln -sf ../fentryctl-vm.service "$units/multi-user.target.wants/"
exec switch_root /new /lib/systemd/systemd

# First process of the guest from here on, in the host's root: runs the command and tells how it ended.
# Its own words go to the kernel's console (ttyS0); the command has the second serial line for itself.
exec </dev/null >/dev/ttyS0 2>&1
vm=/run/fentryctl-vm
bb() { /run/busybox "$@"; }

bb hostname fentryctl-vm
bb ip link set lo up
now=$(cat $vm/now)
[ $(($(bb date +%s) - now)) -lt 60 ] && [ $((now - $(bb date +%s))) -lt 60 ] || bb date -s "@$now"

exec 3>/dev/ttyS1
bb stty raw -echo <&3
# A pipe, not the line itself: the command must not believe that it has a terminal.
bb mkfifo /run/output
bb cat /run/output >&3 &
reader=$!
exec 3>&-

/bin/sh $vm/command.sh >/run/output 2>&1
status=$?

# The reader ends when nobody can write any more; something left in the background must not hold it for ever.
(bb sleep 3; kill $reader) 2>/dev/null &
wait $reader 2>/dev/null
echo
echo "fentryctl-vm-exit $status"
bb poweroff -f

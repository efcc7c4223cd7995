// Package lite runs machines in unprivileged Linux namespaces over a private root: no root user, no container engine,
// no systemd.
//
// A machine has its own users, mounts, processes, network (loopback alone), host name and IPC. Its root holds its own
// /etc, /home, /opt, /root, /usr/local and /var, which stay over stop and start, and /run and /tmp, which do not. The
// host's /usr is there read-only; the host's homes, configuration and processes are not.
//
// The hosting binary runs itself again as a machine's first processes, so its main function, or TestMain, must call Init
// before anything else:
//
//	stage   (root hosts only) puts the machine's directories where the mapped ids can reach them
//	init    PID 1: mounts, network, reaping; ends when the daemon does, or on SIGTERM (poweroff)
//	server  runs commands and relays the metadata service and the AWS endpoint
//
// With an ordinary user there is one id inside, and the name ubuntu stands for it too; started by root, a machine has
// 65,536 ids, mapped from 100,000, and a real ubuntu. Namespaces separate a machine from the user's files; they are no
// prison for hostile code, which shares the kernel. Disk and memory are not limited.
package lite

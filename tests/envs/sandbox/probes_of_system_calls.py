"""System calls that no program may reach, by families."""

from __future__ import annotations

from tests.envs.sandbox.attack import Probe, probe


def _family(name: str, tries: str, table: str) -> Probe:
    """Calls with their numbers on x86-64 and on 64-bit ARM (`-`: none), or the one number of both."""
    calls = {
        call: tuple(None if number == "-" else int(number) for number in numbers)
        for call, *numbers in map(str.split, table.split(","))
    }
    return probe(name, tries, f"def f(names):\n    reach({calls})\n    return managed\n", plain=False)


SYSTEM_CALLS: list[Probe] = [
    _family(
        "execution",
        "runs programs by any call",
        """
        execve 59 221, execveat 322 281, clone3 435, wait4 61 260, waitid 247 95
        """,
    ),
    _family(
        "debugging",
        "watches and changes other processes",
        """
        ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440, kcmp 312 272,
        pidfd_getfd 438, get_robust_list 274 100
        """,
    ),
    _family(
        "signalling",
        "sends signals by any call",
        """
        kill 62 129, tkill 200 130, tgkill 234 131, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240,
        pidfd_open 434, pidfd_send_signal 424, timer_create 222 107, setitimer 38 103, signalfd4 289 74
        """,
    ),
    _family(
        "mounting",
        "changes what files there are",
        """
        mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, open_tree 428, move_mount 429, fsopen
        430, fsmount 432, fspick 433, mount_setattr 442, name_to_handle_at 303 264, open_by_handle_at 304 265,
        quotactl 179 60
        """,
    ),
    _family(
        "namespaces",
        "makes and enters namespaces",
        """
        unshare 272 97, setns 308 268
        """,
    ),
    _family(
        "io_uring and aio",
        "has the kernel do it",
        """
        io_uring_setup 425, io_uring_enter 426, io_uring_register 427, io_setup 206 0, io_submit 209 2
        """,
    ),
    _family(
        "bpf and perf",
        "runs code in the kernel, measures others",
        """
        bpf 321 280, perf_event_open 298 241, seccomp 317 277, landlock_create_ruleset 444, prctl 157 167,
        arch_prctl 158 -
        """,
    ),
    _family(
        "faults",
        "decides what other threads' memory holds",
        """
        userfaultfd 323 282, memfd_create 319 279, memfd_secret 447, mlock 149 228, mlockall 151 230,
        remap_file_pages 216 234, pkey_mprotect 329 288, set_mempolicy 238 237, migrate_pages 256 238,
        move_pages 279 239
        """,
    ),
    _family(
        "keys",
        "uses the kernel's key rings",
        """
        add_key 248 217, request_key 249 218, keyctl 250 219
        """,
    ),
    _family(
        "System V and queues",
        "shares memory and messages that outlive it",
        """
        shmget 29 194, shmat 30 196, semget 64 190, semop 65 193, msgget 68 186, msgsnd 69 189, mq_open 240 180,
        mq_notify 244 184
        """,
    ),
    _family(
        "network",
        "any call of a socket that goes outside",
        """
        socket 41 198, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242, sendmsg 46
        211, recvmsg 47 212, sendmmsg 307 269, recvmmsg 299 243, setsockopt 54 208
        """,
    ),
    _family(
        "modules and machine",
        "changes the machine",
        """
        init_module 175 105, finit_module 313 273, delete_module 176 106, reboot 169 142, swapon 167 224,
        sethostname 170 161, clock_settime 227 112, clock_adjtime 305 266, syslog 103 116, iopl 172 -, ioperm
        173 -, modify_ldt 154 -, personality 135 92
        """,
    ),
    _family(
        "identity",
        "changes who it is",
        """
        setuid 105 146, setreuid 113 145, setresuid 117 147, setgid 106 144, setgroups 116 159, setfsuid 122
        151, capset 126 91, setpgid 109 154, setsid 112 157
        """,
    ),
    _family(
        "changing files",
        "changes files by any call",
        """
        chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452, fchown 93 55, fchownat 260 54, utimensat 280
        88, renameat2 316 276, linkat 265 37, symlinkat 266 36, unlinkat 263 35, mkdirat 258 34, mknodat 259 33,
        truncate 76 45, ftruncate 77 46, fallocate 285 47, fsetxattr 190 7, chdir 80 49, fchdir 81 50, flock 73
        32, openat2 437, copy_file_range 326 285, sendfile 40 71, splice 275 76, vmsplice 278 75, tee 276 77
        """,
    ),
    _family(
        "watching",
        "watches files and time",
        """
        inotify_init1 294 26, fanotify_init 300 262, timerfd_create 283 85, lookup_dcookie 212 18, readlinkat
        267 78
        """,
    ),
    _family(
        "scheduling",
        "takes more than its share",
        """
        setrlimit 160 164, setpriority 141 140, ioprio_set 251 30, sched_setscheduler 144 119, sched_setparam
        142 118, sched_setattr 314 274, sched_setaffinity 203 122
        """,
    ),
]

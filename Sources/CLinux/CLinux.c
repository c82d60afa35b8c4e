#define _GNU_SOURCE
#include "CLinux.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int writ_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int writ_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
int writ_set_child_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
int writ_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
int writ_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
int writ_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }
int writ_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

// Linux calls that Swift's Glibc overlay does not show: they need _GNU_SOURCE, are variadic, or are bare system calls.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// A descriptor that refers to the process `pid`, close-on-exec; -1 and errno on failure.
int writ_pidfd_open(pid_t pid);
/// Sends `signal` to the process a pidfd refers to; -1 and errno on failure.
int writ_pidfd_send_signal(int pidfd, int signal);
/// Makes orphaned descendants children of the caller, so that it can wait for them.
int writ_set_child_subreaper(void);
/// The caller receives `signal` when the thread that started it ends.
int writ_set_parent_death_signal(int signal);
/// Neither the caller nor its descendants gain privileges through exec.
int writ_set_no_new_privileges(void);
/// pipe2 with close-on-exec.
int writ_pipe(int descriptors[2]);
/// Locks a whole file without waiting (flock LOCK_EX|LOCK_NB); -1 and errno when somebody else holds it.
int writ_try_lock(int descriptor);

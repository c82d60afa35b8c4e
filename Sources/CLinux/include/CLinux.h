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
/// Brings everything written to the file system of a descriptor to the disk; -1 and errno on failure.
int writ_flush_filesystem(int descriptor);
/// Whether a control group carries systemd's mark of delegation: 1 yes, 0 no or not told.
int writ_is_delegated(const char *group);
/// Whether another process holds the open-file-description lock on a file: 1 yes, 0 no, -1 and errno on failure.
int writ_is_locked(int descriptor);
/// Takes the open-file-description lock on a file without waiting; -1 and errno when somebody else holds it.
int writ_claim(int descriptor);
/// From now on each of TERM, INT and HUP writes one byte into `descriptor` instead of ending the process.
int writ_forward_stop_signals(int descriptor);

/// Starts a program as the leader of a session of its own whose parent is init, with nothing but `output` open.
/// Returns 0 once it runs, or the errno of what failed.
int writ_spawn_detached(const char *path, char *const argv[], char *const envp[], int output);

/// How a contained child is begun.
struct writ_contained {
    const char *path;
    char *const *argv;
    char *const *envp;
    const char *folder;
    /// Becomes its standard output and error.
    int output;
    /// Becomes its descriptor 3, or -1.
    int report;
    /// Open `cgroup.procs` files it enters before it runs the program.
    const int *groups;
    int group_count;
    /// Bytes of address space and number of processes, 0 for no limit of this kind.
    uint64_t address_space_bytes;
    uint64_t processes;
    /// Added to how readily the kernel's out-of-memory killer takes it, 0 to 1000.
    int out_of_memory_score;
    int no_new_privileges;
};

/// Starts a child that leads a session of its own and dies with the caller. Returns its pid, or minus an errno.
pid_t writ_spawn_contained(const struct writ_contained *child);

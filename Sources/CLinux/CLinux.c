#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
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

int writ_flush_filesystem(int descriptor) { return syncfs(descriptor); }

int writ_is_delegated(const char *group) {
    char mark = 0;
    return getxattr(group, "user.delegate", &mark, 1) == 1 && mark == '1';
}

static struct flock whole_file(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return lock;
}

int writ_is_locked(int descriptor) {
    struct flock lock = whole_file();
    if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return -1;
    return lock.l_type != F_UNLCK;
}

int writ_claim(int descriptor) {
    struct flock lock = whole_file();
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

static int stop_descriptor = -1;

static void forward_stop(int signal) {
    int saved = errno;
    char byte = (char)signal;
    if (write(stop_descriptor, &byte, 1) < 0) { /* full: a stop is already waiting */ }
    errno = saved;
}

int writ_forward_stop_signals(int descriptor) {
    stop_descriptor = descriptor;
    struct sigaction action = {.sa_handler = forward_stop, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    if (sigaction(SIGTERM, &action, NULL) != 0) return -1;
    if (sigaction(SIGINT, &action, NULL) != 0) return -1;
    return sigaction(SIGHUP, &action, NULL);
}

// What follows runs between fork and exec, where only async-signal-safe calls are allowed.

static void plain_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

static _Noreturn void give_up(int pipe) {
    int reason = errno;
    if (write(pipe, &reason, sizeof reason) < 0) { /* the other end is gone: nobody to tell */ }
    _exit(127);
}

/// 0, 1 and 2 are null, output, output; every other descriptor but `report`, which becomes 3, closes on exec.
static int arrange_descriptors(int output, int report) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0) return -1;
    // Above the three, so that no dup2 below overwrites a source.
    output = fcntl(output, F_DUPFD_CLOEXEC, 10);
    if (output < 0) return -1;
    if (report >= 0 && (report = fcntl(report, F_DUPFD_CLOEXEC, 10)) < 0) return -1;
    if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return -1;
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return -1;
    return report >= 0 ? dup2(report, 3) : 0;
}

/// The errno a child wrote before it gave up, or 0 once exec closed the pipe.
static int exec_failure(int pipe) {
    int reason = 0;
    ssize_t count;
    do count = read(pipe, &reason, sizeof reason);
    while (count < 0 && errno == EINTR);
    return count == sizeof reason ? reason : 0;
}

static void wait_for(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

/// A pipe whose ends leave 0 to 9 free for `arrange_descriptors`.
static int high_pipe(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) return -1;
    ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 10);
    ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 10);
    close(low[0]);
    close(low[1]);
    return ends[0] < 0 || ends[1] < 0 ? -1 : 0;
}

int writ_spawn_detached(const char *path, char *const argv[], char *const envp[], int output) {
    int ends[2];
    if (high_pipe(ends) != 0) return errno;
    pid_t pid = _Fork();
    if (pid == 0) {
        if (setsid() < 0) give_up(ends[1]);
        pid_t program = _Fork();
        if (program < 0) give_up(ends[1]);
        if (program > 0) _exit(0);
        plain_signals();
        if (arrange_descriptors(output, -1) != 0) give_up(ends[1]);
        execve(path, argv, envp);
        give_up(ends[1]);
    }
    int reason = pid < 0 ? errno : 0;
    close(ends[1]);
    if (pid > 0) {
        reason = exec_failure(ends[0]);
        wait_for(pid);
    }
    close(ends[0]);
    return reason;
}

static int limit(int resource, uint64_t value) {
    struct rlimit bound = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &bound);
}

static void offer_to_out_of_memory_killer(int score) {
    char text[8];
    int length = 0;
    for (int scale = 1000; scale > 0; scale /= 10)
        if (score >= scale || scale == 1) text[length++] = (char)('0' + score / scale % 10);
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, text, length) < 0) { /* a hint only */ }
    close(file);
}

static _Noreturn void become(const struct writ_contained *child, pid_t parent, int pipe) {
    plain_signals();
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(pipe);
    if (getppid() != parent) _exit(127);
    for (int index = 0; index < child->group_count; index++)
        if (write(child->groups[index], "0", 1) != 1) give_up(pipe);
    offer_to_out_of_memory_killer(child->out_of_memory_score);
    if (limit(RLIMIT_CORE, 0) != 0) give_up(pipe);
    if (child->address_space_bytes && limit(RLIMIT_AS, child->address_space_bytes) != 0) give_up(pipe);
    if (child->processes && limit(RLIMIT_NPROC, child->processes) != 0) give_up(pipe);
    if (child->no_new_privileges && writ_set_no_new_privileges() != 0) give_up(pipe);
    if (arrange_descriptors(child->output, child->report) < 0 || chdir(child->folder) != 0) give_up(pipe);
    execve(child->path, child->argv, child->envp);
    give_up(pipe);
}

pid_t writ_spawn_contained(const struct writ_contained *child) {
    int ends[2];
    if (high_pipe(ends) != 0) return -errno;
    pid_t parent = getpid();
    pid_t pid = _Fork();
    if (pid == 0) become(child, parent, ends[1]);
    int reason = pid < 0 ? errno : 0;
    close(ends[1]);
    if (pid > 0 && (reason = exec_failure(ends[0])) != 0) wait_for(pid);
    close(ends[0]);
    return reason != 0 ? -reason : pid;
}

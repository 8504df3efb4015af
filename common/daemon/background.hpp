// Going into the background so that whoever started us learns whether it worked: the parent returns to the
// shell only when the child says it is ready, or with its failure.
#pragma once

namespace upright {

// How a daemon was asked to run (-F, -FF, -B, -D).
enum class Ground { background, foreground, foreground_with_pid_file };

class Background {
public:
    Background() = default; // stays in the foreground; ready() does nothing
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    Background(Background&& other) noexcept;
    Background& operator=(Background&&) = delete;
    ~Background();

    // Forks; call it before threads, sockets and event loops exist. Returns in the child only: the parent
    // exits 0 after ready(), 1 if the child ends before. The child keeps stderr until it is ready.
    static Background start();

    // Detaches from the terminal and lets the parent go.
    void ready();

private:
    int to_parent_ = -1;
};

} // namespace upright

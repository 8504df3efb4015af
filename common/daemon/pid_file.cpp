#include "common/daemon/pid_file.hpp"

#include "common/config/document.hpp"
#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace upright {

Result<PidFile> PidFile::write(std::string path)
{
    // A new file is renamed into place: a reader never sees half a number, and a link that somebody left
    // under that name is replaced instead of followed.
    const auto fresh = fmt::format("{}.{}", path, getpid());
    errno = 0;
    std::ofstream out(fresh, std::ios::trunc);
    out << getpid() << '\n';
    out.close();
    if (!out || std::rename(fresh.c_str(), path.c_str()) != 0) {
        auto error = system_error("Can't write PID file " + path);
        ::unlink(fresh.c_str());
        return error;
    }
    PidFile file;
    file.path_ = std::move(path);
    return file;
}

Result<PidFile> PidFile::write_named(std::string_view base)
{
    auto file = write(fmt::format("{}/{}.pid", paths::root_pid_dir(), base));
    if (!file && ::geteuid() != 0)
        file = write(fmt::format("{}/{}.pid", paths::unprivileged_pid_dir(), base));
    return file;
}

PidFile& PidFile::operator=(PidFile&& other) noexcept
{
    if (this != &other) {
        remove();
        path_ = std::exchange(other.path_, {});
    }
    return *this;
}

PidFile::~PidFile() { remove(); }

void PidFile::remove()
{
    if (path_.empty())
        return;
    if (const auto pid = read_pid_file(path_); pid && *pid == getpid())
        ::unlink(path_.c_str());
    path_.clear();
}

Result<pid_t> read_pid_file(const std::string& path)
{
    const auto text = read_file(path);
    if (!text)
        return text.error();
    const auto pid = to_int(trimmed(*text));
    if (!pid || *pid < 2)
        return Error{Errc::bad_config, path + " holds no PID"};
    return static_cast<pid_t>(*pid);
}

std::string program_of(pid_t pid)
{
    std::error_code failed;
    auto program =
        std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), failed).filename().string();
    if (failed) { // somebody else's process: its name is readable all the same, cut to 15 characters
        std::ifstream in(fmt::format("/proc/{}/comm", pid));
        std::getline(in, program);
    }
    if (constexpr std::string_view kGone = " (deleted)"; program.ends_with(kGone))
        program.resize(program.size() - kGone.size()); // upgraded while running
    return program.starts_with("lt-") ? program.substr(3) : program;
}

bool is_running(pid_t pid, std::span<const std::string_view> names)
{
    if (::kill(pid, 0) != 0 && errno != EPERM)
        return false;
    if (paths::environment("NUT_IGNORE_CHECKPROCNAME").value_or("") == "true")
        return true;
    constexpr std::size_t kCommLength = 15;
    const auto program = program_of(pid);
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return program == name || (program.size() == kCommLength && name.starts_with(program));
    });
}

Result<pid_t> signal_by_pid_file(const std::string& path, int signal, std::span<const std::string_view> names)
{
    auto pid = read_pid_file(path);
    if (!pid)
        return pid;
    if (!is_running(*pid, names))
        return Error{Errc::bad_config,
                     fmt::format("{} names process {}, which is no {}", path, *pid, names.front())};
    if (::kill(*pid, signal) != 0)
        return system_error(fmt::format("can't signal process {}", *pid));
    return pid;
}

} // namespace upright

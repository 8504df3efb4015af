// LogFile: one open file, or stdout, that lines are appended to; several UPSes may share it. Open it before
// privileges are dropped.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace upright::upslog {

class LogFile {
public:
    // `path` may be kStdout. Fails with "could not open logfile <path>".
    static Result<LogFile> open(std::string path);

    LogFile(LogFile&& other) noexcept;
    LogFile& operator=(LogFile&&) = delete;
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    ~LogFile();

    const std::string& path() const noexcept { return path_; }

    // Adds the newline. A file that takes nothing is logged once, until it does again. False if nobody will
    // ever read it: stdout is a pipe without a reader.
    bool append(std::string_view line);

    // Opens the path again, for it may name another file by now. If that fails the present one is kept.
    void reopen();

private:
    LogFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    std::string path_;
    int fd_ = -1;
    bool failing_ = false;
};

} // namespace upright::upslog

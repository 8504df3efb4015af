#include "clients/upsmon/record/recorder.hpp"

#include "clients/upsmon/decision/decision.hpp"
#include "clients/upsmon/record/recording.hpp"
#include "common/daemon/log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upright::upsmon {
namespace {

constexpr std::string_view kHeader =
    "# What upsmon observed and did. To see it again: upsmon --replay FILE\n";

std::string older(const std::string& path, int age)
{
    return age == 0 ? path : fmt::format("{}.{}", path, age);
}

// Makes room for a new file. Only plain files are moved: the path may be a mistake.
Result<void> put_aside(const std::string& path)
{
    struct stat file {};
    if (::lstat(path.c_str(), &file) != 0)
        return errno == ENOENT ? Result<void>() : Result<void>(system_error(path));
    if (!S_ISREG(file.st_mode)) {
        errno = S_ISDIR(file.st_mode) ? EISDIR : EINVAL;
        return system_error(path);
    }
    if (file.st_size == 0 && ::unlink(path.c_str()) == 0)
        return {};
    for (int age = Recorder::kKept - 1; age >= 0; --age)
        if (::rename(older(path, age).c_str(), older(path, age + 1).c_str()) != 0 && errno != ENOENT)
            return system_error(older(path, age));
    return {};
}

} // namespace

Recorder::Recorder(std::string path, const Policy& policy, std::size_t largest)
    : path_(std::move(path)), policy_(policy), largest_(largest)
{
}

Result<std::unique_ptr<Recorder>> Recorder::open(std::string path, const Policy& policy, std::size_t largest)
{
    std::unique_ptr<Recorder> recorder(new Recorder(std::move(path), policy, largest));
    const auto begun = recorder->begin_file();
    if (!begun)
        return begun.error();
    recorder->flush();
    return recorder;
}

Recorder::~Recorder()
{
    flush();
    if (fd_ >= 0)
        ::close(fd_);
}

Result<void> Recorder::begin_file()
{
    const auto aside = put_aside(path_);
    if (!aside)
        return aside.error();
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd_ < 0)
        return system_error(path_);
    size_ = 0;
    append(std::string(kHeader) + std::string(kTicksStandInIt) + to_text(policy_));
    return {};
}

void Recorder::take(const Observation& observation, const std::vector<Action>& actions)
{
    if (!recording())
        return;
    auto text = to_text(observation, policy_);
    for (const auto& action : actions)
        text += "    " + to_text(action, policy_);
    if (size_ + text.size() > largest_)
        begin_next_file(observation.at);
    append(text);
    remember(observation);
    if (!actions.empty() || observation.at - flushed_ >= kFlush) {
        flush();
        flushed_ = observation.at;
    }
}

void Recorder::adopt(const Policy& policy)
{
    if (policy == policy_ || !recording())
        return;
    policy_ = policy;
    append(to_text(policy_));
    flush();
}

void Recorder::remember(const Observation& observation)
{
    if (std::holds_alternative<Woken>(observation.what)) // upsmon forgets, too
        known_.clear();
    if (policy_.feeds.empty())
        return;
    auto& known = known_[policy_.feeds.at(observation.feed).system];
    if (const auto* const reading = std::get_if<Reading>(&observation.what)) {
        known.reading = *reading;
        known.silence.reset();
    } else if (const auto* const silence = std::get_if<Silence>(&observation.what)) {
        known.silence = *silence;
    } else if (std::holds_alternative<LoggedIn>(observation.what)
               || std::holds_alternative<LoginRefused>(observation.what)) {
        known.login = observation.what;
    }
}

void Recorder::begin_next_file(Instant at)
{
    flush();
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
    if (const auto begun = begin_file(); !begun)
        return give_up(begun.error());
    Decision decision(policy_); // does what will be done when the file is played
    const auto tell = [&](std::size_t feed, Occurrence what) {
        const Observation observation{at, feed, std::move(what)};
        auto text = to_text(observation, policy_);
        for (const auto& action : decision.take(observation))
            text += "    " + to_text(action, policy_);
        append(text);
    };
    for (std::size_t feed = 0; feed < policy_.feeds.size(); ++feed) {
        const auto& known = known_[policy_.feeds[feed].system];
        if (known.login)
            tell(feed, *known.login);
        if (known.reading)
            tell(feed, *known.reading);
        if (known.silence)
            tell(feed, *known.silence);
    }
}

void Recorder::append(const std::string& text)
{
    waiting_ += text;
    size_ += text.size();
}

void Recorder::flush()
{
    std::size_t written = 0;
    while (recording() && written < waiting_.size()) {
        const auto wrote = ::write(fd_, waiting_.data() + written, waiting_.size() - written);
        if (wrote > 0)
            written += static_cast<std::size_t>(wrote);
        else if (wrote == 0 || errno != EINTR)
            give_up(system_error(path_));
    }
    waiting_.clear();
}

void Recorder::give_up(const Error& error)
{
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
    log::error("Nothing is recorded any more: {}", to_string(error));
}

} // namespace upright::upsmon

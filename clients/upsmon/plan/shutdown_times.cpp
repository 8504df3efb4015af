#include "clients/upsmon/plan/shutdown_times.hpp"

#include "common/config/document.hpp"
#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utmpx.h>

namespace upright::upsmon {
namespace {

constexpr std::int64_t kLongest = 3600; // s; what took longer was something else
constexpr std::int64_t kLargestRecord = 64LL * 1024 * 1024;

Result<void> replace(const std::string& path, const std::string& text)
{
    const auto failed = [&] {
        return Error{boost::system::error_code(errno, boost::system::system_category()), path};
    };
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    const auto draft = path + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return failed();
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    if (!written || !synced || ::rename(draft.c_str(), path.c_str()) != 0)
        return failed();
    return {};
}

} // namespace

std::string ShutdownTimes::default_path() { return paths::lasting_dir() + "/upsmon-shutdowns"; }

ShutdownTimes ShutdownTimes::load(const std::string& path)
{
    ShutdownTimes times;
    const auto text = read_file(path);
    if (!text)
        return times;
    const auto document = parse_document(path, *text);
    for (const auto& statement : document.value.statements) {
        const auto& words = statement.words;
        const auto number = words.size() > 1 ? to_long(words[1].text) : std::nullopt;
        if (number && words[0].text == "begun" && words.size() > 2)
            times.begun_ = Begun{*number, words[2].text};
        else if (number && words[0].text == "took" && *number >= 0 && *number <= kLongest)
            times.took_.push_back(static_cast<double>(*number));
    }
    if (times.took_.size() > kMost)
        times.took_.erase(times.took_.begin(), times.took_.end() - kMost);
    return times;
}

std::string ShutdownTimes::text() const
{
    std::string text = "# How long this host took to shut down. Written by upsmon.\n";
    for (const auto took : took_)
        text += fmt::format("took {:.0f}\n", took);
    if (begun_)
        text += fmt::format("begun {} {}\n", begun_->at, begun_->boot_id);
    return text;
}

Result<void> ShutdownTimes::note_begin(const std::string& path, std::int64_t now, const std::string& boot_id)
{
    auto times = load(path);
    times.begun_ = Begun{now, boot_id};
    return replace(path, times.text());
}

Result<void> ShutdownTimes::note_end(const std::string& path, const std::string& boot_id,
                                     std::optional<std::int64_t> ended)
{
    auto times = load(path);
    if (!times.begun_ || times.begun_->boot_id == boot_id)
        return {};
    const auto begun = std::exchange(times.begun_, std::nullopt);
    if (ended && *ended >= begun->at && *ended - begun->at <= kLongest)
        times.took_.push_back(static_cast<double>(*ended - begun->at));
    return replace(path, times.text());
}

std::optional<double> ShutdownTimes::longest() const
{
    const auto most = std::max_element(took_.begin(), took_.end());
    return most == took_.end() ? std::nullopt : std::optional(*most);
}

std::optional<std::int64_t> went_down(const std::string& wtmp, std::int64_t begun)
{
    struct stat info {};
    const int fd = ::open(wtmp.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    std::optional<std::int64_t> when;
    utmpx record{};
    const bool sound = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    // The end of the file is what matters.
    if (sound && info.st_size > kLargestRecord)
        ::lseek(fd,
                -(kLargestRecord / static_cast<std::int64_t>(sizeof record))
                    * static_cast<std::int64_t>(sizeof record),
                SEEK_END);
    while (sound && ::read(fd, &record, sizeof record) == static_cast<ssize_t>(sizeof record)) {
        if (record.ut_tv.tv_sec < begun)
            continue;
        const std::string_view user(record.ut_user, ::strnlen(record.ut_user, sizeof record.ut_user));
        if (record.ut_type == RUN_LVL && user == "shutdown") {
            when = record.ut_tv.tv_sec;
            break;
        }
        if (record.ut_type == BOOT_TIME)
            break; // it was started without having gone down in order
    }
    ::close(fd);
    return when;
}

} // namespace upright::upsmon

#include "server/upsd/audit.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"
#include "server/upsd/client.hpp"

#include <array>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace upright::upsd {
namespace {

constexpr mode_t kMode = 0640;

void append(std::string& line, std::string_view key, std::string_view value)
{
    if (value.empty())
        return;
    line.append(" ").append(key).append("=");
    append_word(line, escaped(value, kLongestDriverValue));
}

// UTC; fmt's own formatting of times would be a tenth of the program.
std::string now()
{
    const auto seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

} // namespace

std::string audit_line(const Client& client, const Deed& deed)
{
    std::string line = "audit";
    append(line, "action", deed.action);
    append(line, "user", client.user.value_or(""));
    append(line, "from", client.address.to_string());
    append(line, "tls", client.encrypted ? "yes" : "no");
    append(line, "ups", deed.ups);
    append(line, "what", deed.what);
    append(line, "value", deed.value);
    append(line, "tracking", deed.tracking);
    append(line, "result", deed.result);
    return line;
}

Audit::~Audit()
{
    if (fd_ >= 0)
        ::close(fd_);
}

Result<void> Audit::open(const std::optional<std::string>& path)
{
    int opened = -1;
    if (path) {
        opened =
            ::open(path->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kMode);
        if (opened < 0)
            return system_error("Can't open the audit log " + *path);
    }
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = opened;
    failing_ = false;
    return {};
}

void Audit::record(const Client& client, const Deed& deed) { write(audit_line(client, deed)); }

void Audit::record_outcome(std::string_view ups, std::string_view tracking, std::string_view result)
{
    std::string line = "audit action=OUTCOME";
    append(line, "ups", ups);
    append(line, "tracking", tracking);
    append(line, "result", result);
    write(line);
}

void Audit::write(const std::string& line)
{
    log::notice("{}", line);
    if (fd_ < 0)
        return;
    const auto text = fmt::format("{} {}\n", now(), line);
    const bool written = ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written && !failing_)
        log::error("{}", to_string(system_error("Can't write to the audit log")));
    failing_ = !written;
}

} // namespace upright::upsd

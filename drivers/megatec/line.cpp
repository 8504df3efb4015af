#include "drivers/megatec/line.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/megatec/frames.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {

bool begins_with_one(std::string_view answer, const std::vector<std::string>& beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [answer](const std::string& beginning) { return answer.starts_with(beginning); });
}

std::string Line::ask(const Dialect& dialect, std::string_view question, const Query* query)
{
    io::Limits limits;
    limits.silence = std::chrono::milliseconds(dialect.silence_ms);
    limits.binary = dialect.checksum || (query != nullptr && query->decode != nullptr);
    limits.exactly = query != nullptr ? query->exactly : 0;
    auto answer = link_.exchange(dialect.checksum ? with_checksum(question) : question, limits);
    log::debug(3, "{} -> {}", escaped(question), escaped(answer));
    if (!dialect.checksum || answer.empty() || answer == without_end(question))
        return answer;
    const auto text = without_checksum(answer);
    if (!text)
        throw DeviceError(fmt::format("wrong checksum: {} -> {}", escaped(question), escaped(answer)));
    return std::string(*text);
}

} // namespace upright::megatec

#include "drivers/megatec/line.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/megatec/frames.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

namespace upright::megatec {

std::string Line::ask(const Dialect& dialect, std::string_view question, const Query* query)
{
    io::Limits limits;
    limits.silence = std::chrono::milliseconds(dialect.silence_ms);
    limits.binary = dialect.checksum || (query != nullptr && query->decode != nullptr);
    limits.exactly = query != nullptr ? query->exactly : 0;
    auto answer = link_.exchange(dialect.checksum ? with_checksum(question) : question, limits);
    log::debug(3, "{} -> {}", escaped(question), escaped(answer));
    if (!dialect.checksum || answer.empty() || answer == question.substr(0, question.find('\r')))
        return answer;
    const auto text = without_checksum(answer);
    if (!text)
        throw DeviceError(fmt::format("wrong checksum: {} -> {}", escaped(question), escaped(answer)));
    return std::string(*text);
}

} // namespace upright::megatec
